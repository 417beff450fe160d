import type { Core } from '../core.ts';

const EVERY_MS = 5 * 60_000;

/**
 * Trims the tombstones that have been there for a whole round: by then every follower that still runs has seen them, and one that was
 * away for longer loads anew. Call the result to end.
 */
export function compactTombstones(core: Core): () => void {
  const seen = new Map<string, number>();
  let timer = core.clock.setTimer(EVERY_MS, tick);
  let stopped = false;
  async function compact(): Promise<void> {
    for (const name of ['state', 'events', 'leases'] as const) {
      const before = seen.get(name);
      seen.set(name, core.streams[name].revision);
      if (before !== undefined && before > 0) await core.stores[name].compact(before);
    }
  }
  function tick(): void {
    compact()
      .catch((error: unknown) => core.log.warn({ error }, 'tombstones could not be trimmed'))
      .finally(() => {
        if (!stopped) timer = core.clock.setTimer(EVERY_MS, tick);
      });
  }
  return () => {
    stopped = true;
    timer.cancel();
  };
}
