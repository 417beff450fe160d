import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealCluster } from '@kubernats/testing/real-cluster';

interface SupervisorFile {
  supervisor: { pid: number };
  children: Record<string, { process: { pid: number } }>;
}

/** The process ids of a running cluster, by name. */
export function processesOf(cluster: RealCluster): Map<string, number> {
  const text = readFileSync(join(cluster.home, cluster.name, 'run/supervisor.json'), 'utf8');
  const { supervisor, children } = JSON.parse(text) as SupervisorFile;
  return new Map([['supervisor', supervisor.pid], ...Object.entries(children).map(([name, { process }]) => [name, process.pid] as const)]);
}

export const apiServerOf = (cluster: RealCluster): number => processesOf(cluster).get('apiserver') as number;

/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Processor time of a process so far, in milliseconds. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Memory that a process alone holds, and its share of what it has in common with others, in MB. */
export function memoryMb(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

export const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
