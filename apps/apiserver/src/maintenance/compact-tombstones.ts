import type { Core } from '../core.ts';
import { every } from '../every.ts';

const EVERY_MS = 5 * 60_000;

/**
 * Trims the tombstones that have been there for a whole round: by then every follower that still runs has seen them, and one that was
 * away for longer loads anew. Call the result to end.
 */
export function compactTombstones(core: Core): () => void {
  const seen = new Map<string, number>();
  async function compact(): Promise<void> {
    for (const name of ['state', 'events', 'leases'] as const) {
      const before = seen.get(name);
      seen.set(name, core.streams[name].revision);
      if (before !== undefined && before > 0) await core.stores[name].compact(before);
    }
  }
  return every(core, EVERY_MS, compact, 'tombstones could not be trimmed');
}
