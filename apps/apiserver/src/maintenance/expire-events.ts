import type { CoreEvent } from '@kubernats/api';
import type { Stored } from '../cache/stored.ts';
import type { Core } from '../core.ts';
import { placeOfResource } from '../core.ts';
import { every } from '../every.ts';
import { removeUnlessChanged } from '../rest/write.ts';

const EVERY_MS = 30_000;
const AT_ONCE = 500;

/** Removes Events that are older than `ttlMs`, by tombstone, so that whoever watches them sees them go. Call the result to end. */
export function expireEvents(core: Core, ttlMs: number): () => void {
  return every(core, EVERY_MS, () => sweep(core, ttlMs), 'old events could not be removed');
}

async function sweep(core: Core, ttlMs: number): Promise<void> {
  const place = placeOfResource(core, '', 'v1', 'events');
  const before = core.clock.now() - ttlMs;
  const old: Stored[] = [];
  for (const stored of place.cache.values()) if (lastSeenMs(stored) < before) old.push(stored);
  // What somebody wrote just now is not old, and another API server may remove them, too.
  for (const stored of old.slice(0, AT_ONCE)) await removeUnlessChanged(place, stored);
}

/** An event lives from its last occurrence. */
function lastSeenMs({ object }: Stored): number {
  const { lastTimestamp, eventTime, series, metadata } = object as CoreEvent;
  const times = [lastTimestamp, eventTime, series?.lastObservedTime, metadata?.creationTimestamp];
  return Math.max(...times.map((text) => (text ? Date.parse(text) : 0)));
}
