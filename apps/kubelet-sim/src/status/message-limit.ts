import type { ContainerStatus } from '@kubernats/api';

/** All termination messages of a Pod together; each container has an equal share. */
const POD_MAX_BYTES = 12 * 1024;

/** Cuts messages of containers that have ended to their share of what a Pod may say. */
export function limitMessages(lists: Readonly<Record<string, ContainerStatus[]>>, containers: number): void {
  const share = Math.floor(POD_MAX_BYTES / Math.max(1, containers));
  for (const { state, lastState } of new Set(Object.values(lists).flat())) {
    for (const terminated of [state?.terminated, lastState?.terminated]) {
      const { message } = terminated ?? {};
      // A character has three bytes at most: most messages need no counting.
      if (!terminated || message === undefined || message.length * 3 <= share) continue;
      const bytes = Buffer.from(message);
      const kept = bytes.subarray(0, share).toString('utf8');
      // Half a character at the cut goes with what is cut.
      if (bytes.length > share) terminated.message = kept.replace(/\uFFFD+$/, '');
    }
  }
}
