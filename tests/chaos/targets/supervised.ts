import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SupervisedChild {
  process: { pid: number };
  restarts: number;
  ready: boolean;
}

/** `run/supervisor.json` of a cluster of processes. */
export interface Supervised {
  supervisor: { pid: number };
  slot: number;
  natsUrl: string;
  nodes: string[];
  dns: { host: string; port: number };
  children: Record<string, SupervisedChild>;
}

/** `top`: the cluster's folder. Undefined while there is no such file. */
export function supervised(top: string): Supervised | undefined {
  try {
    return JSON.parse(readFileSync(join(top, 'run/supervisor.json'), 'utf8')) as Supervised;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
