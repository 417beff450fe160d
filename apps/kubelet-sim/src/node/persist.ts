import type { Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** Tries what a node has to tell the API until it works; undefined: the signal aborted. */
export async function persist<T>(
  deps: { clock: Clock; log: Log },
  node: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | undefined> {
  for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) return undefined;
      deps.log.warn({ error, node }, 'the node could not be reported; trying again');
      await deps.clock.sleep(waitMs, signal).catch(() => {});
    }
  }
  return undefined;
}
