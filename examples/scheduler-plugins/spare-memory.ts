// Keeps so much of each node's memory free, for what nobody has planned; Pods of the priority class system-node-critical may have it.
import { defineSchedulerPlugin } from '@kubernats/scheduler-plugin';

const MEBIBYTE = 1024 * 1024;

export default defineSchedulerPlugin({
  name: 'SpareMemory',
  looksAt: 'node',
  create({ mebibytes = 512 }) {
    if (typeof mebibytes !== 'number' || mebibytes < 0)
      throw new TypeError(`mebibytes must be a number that is not negative, not ${mebibytes}`);
    return {
      filter(pod, { allocatable, requested }) {
        if (pod.spec?.priorityClassName === 'system-node-critical') return undefined;
        const wanted = (pod.spec?.containers ?? []).reduce((sum, { resources }) => sum + bytesOf(resources?.requests?.memory), 0);
        const left = (allocatable.memory ?? 0) - (requested.memory ?? 0) - wanted;
        return left < mebibytes * MEBIBYTE ? 'node(s) had no memory to spare' : undefined;
      },
    };
  },
});

const UNITS: Record<string, number> = { Ki: 1024, Mi: MEBIBYTE, Gi: 1024 * MEBIBYTE };

function bytesOf(quantity = '0'): number {
  const [, amount, unit = ''] = /^(\d+)(Ki|Mi|Gi)?$/.exec(quantity) ?? [];
  return Number(amount ?? 0) * (UNITS[unit] ?? 1);
}
