import { repositoryOf } from '../image.ts';
import type { ContainerConfig, PodIdentity } from '../port.ts';

/** How a container behaves that does not run: one row of a table. Times are milliseconds. */
export interface Behaviour {
  /** A repository name, `*` for any run of characters. Absent: every image. */
  image?: string;
  /** Only Pods with all of these labels. */
  labels?: Readonly<Record<string, string>>;
  /** How long a start takes. */
  startMs?: number;
  /** Ends by itself after this time; absent: runs until it is told to stop. */
  exitAfterMs?: number;
  exitCode?: number;
  /** How long it takes to heed SIGTERM; `never`: until it is killed. */
  stopMs?: number | 'never';
  /** The exit code when it heeds SIGTERM. */
  stopCode?: number;
}

const PREFIX = 'status.kubernats.dev/';

/**
 * The row for a container: the Pod's own annotations (`status.kubernats.dev/exit-after-ms: "500"`, `…/exit-code`, `…/start-ms`, `…/stop-ms`)
 * over the first row of the table that matches.
 */
export function behaviourOf(table: readonly Behaviour[], pod: PodIdentity, config: ContainerConfig): Behaviour {
  const row = table.find((candidate) => matches(candidate, pod, config)) ?? {};
  const number = (name: string): number | undefined => {
    const text = pod.annotations[PREFIX + name];
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  return {
    ...row,
    startMs: number('start-ms') ?? row.startMs,
    exitAfterMs: number('exit-after-ms') ?? row.exitAfterMs,
    exitCode: number('exit-code') ?? row.exitCode,
    stopMs: number('stop-ms') ?? row.stopMs,
  };
}

function matches(row: Behaviour, pod: PodIdentity, config: ContainerConfig): boolean {
  if (row.image !== undefined && !globMatches(row.image, repositoryOf(config.image))) return false;
  return Object.entries(row.labels ?? {}).every(([name, value]) => pod.labels[name] === value);
}

function globMatches(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}
