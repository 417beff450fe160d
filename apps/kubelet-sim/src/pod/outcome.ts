import type { Pod } from '@kubernats/api';
import { type PodRecord, partsOf, recordOf } from './record.ts';
import { restarts } from './restart.ts';

/** Whether, and how, a Pod has ended: nothing of it will run again. */
export function outcomeOf(pod: Pod, record: PodRecord): 'Succeeded' | 'Failed' | undefined {
  if (record.failure) return 'Failed';
  const parts = partsOf(pod);
  for (const part of parts) {
    const { exit } = recordOf(record, part.container.name);
    if (part.role === 'init' && exit && exit.exitCode !== 0 && !restarts(part, pod, exit.exitCode)) return 'Failed';
  }
  let failed = false;
  for (const part of parts) {
    if (part.role !== 'main') continue;
    const { exit } = recordOf(record, part.container.name);
    if (!exit || restarts(part, pod, exit.exitCode)) return undefined;
    failed ||= exit.exitCode !== 0;
  }
  return failed ? 'Failed' : 'Succeeded';
}
