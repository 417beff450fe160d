import type { System } from '../system.ts';

const PERIOD_US = 100_000;

/** The files of the container's control group, version 2. Source: Linux, Documentation/admin-guide/cgroup-v2. */
export function cgroupFiles({ context, processes }: System): Readonly<Record<string, () => string>> {
  const { meter } = context;
  // They may change while the container runs.
  const limits = () => context.resources()?.limits ?? {};
  const cpuMax = (millicores: number | undefined) => (millicores === undefined ? 'max' : (millicores * PERIOD_US) / 1000);
  const shares = (millicores = 0) => Math.max(2, Math.floor((millicores * 1024) / 1000));
  return {
    'cgroup.controllers': () => 'cpu memory pids\n',
    'cgroup.procs': () =>
      processes
        .list()
        .map(({ pid }) => `${pid}\n`)
        .join(''),
    'cpu.max': () => `${cpuMax(limits().cpuMillicores)} ${PERIOD_US}\n`,
    // As the kubelet counts: 1024 shares a core, turned into the weights of version 2.
    'cpu.weight': () => `${Math.max(1, Math.floor(1 + ((shares(context.resources()?.requests.cpuMillicores) - 2) * 9999) / 262142))}\n`,
    'memory.current': () => `${meter.memoryBytes}\n`,
    'memory.max': () => `${limits().memoryBytes ?? 'max'}\n`,
    'pids.current': () => `${processes.list().length}\n`,
    'pids.max': () => 'max\n',
  };
}
