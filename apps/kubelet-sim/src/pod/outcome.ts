import type { Pod } from '@kubernats/api';
import { type PodRecord, partsOf, recordOf } from './record.ts';
import { restarts } from './restart.ts';

/** Whether, and how, a Pod has ended: nothing of it will run again. */
export function outcomeOf(pod: Pod, record: PodRecord): 'Succeeded' | 'Failed' | undefined {
  if (hasFailed(pod, record)) return 'Failed';
  let failed = false;
  for (const part of partsOf(pod)) {
    if (part.role !== 'main') continue;
    const { exit } = recordOf(record, part.container.name);
    if (!exit || restarts(part, pod, exit)) return undefined;
    failed ||= exit.exitCode !== 0;
  }
  return failed ? 'Failed' : 'Succeeded';
}

/** Whether a Pod has failed whatever its main containers do: the node ended it, or it can never be initialized. */
export function hasFailed(pod: Pod, record: PodRecord): boolean {
  if (record.failure) return true;
  return partsOf(pod).some((part) => {
    const { exit } = recordOf(record, part.container.name);
    return part.role === 'init' && exit !== undefined && exit.exitCode !== 0 && !restarts(part, pod, exit);
  });
}
