import type { CoreEvent } from '@kubernats/api';
import { RevisionConflict } from '@kubernats/store';
import type { Stored } from '../cache/stored.ts';
import type { Core } from '../core.ts';
import { placeOfResource } from '../core.ts';
import { commitDeletion } from '../rest/write.ts';

const EVERY_MS = 30_000;
const AT_ONCE = 500;

/** Removes Events that are older than `ttlMs`, by tombstone, so that whoever watches them sees them go. Call the result to end. */
export function expireEvents(core: Core, ttlMs: number): () => void {
  let timer = core.clock.setTimer(EVERY_MS, tick);
  let stopped = false;
  function tick(): void {
    sweep(core, ttlMs)
      .catch((error: unknown) => core.log.warn({ error }, 'old events could not be removed'))
      .finally(() => {
        if (!stopped) timer = core.clock.setTimer(EVERY_MS, tick);
      });
  }
  return () => {
    stopped = true;
    timer.cancel();
  };
}

async function sweep(core: Core, ttlMs: number): Promise<void> {
  const place = placeOfResource(core, '', 'v1', 'events');
  const before = core.clock.now() - ttlMs;
  const old: Stored[] = [];
  for (const stored of place.cache.values()) if (lastSeenMs(stored) < before) old.push(stored);
  for (const stored of old.slice(0, AT_ONCE)) {
    await commitDeletion(place, stored).catch((error: unknown) => {
      // Somebody wrote it just now, or another API server removed it: it is not old, or it is gone.
      if (!(error instanceof RevisionConflict)) throw error;
    });
  }
}

/** An event lives from its last occurrence. */
function lastSeenMs({ object }: Stored): number {
  const { lastTimestamp, eventTime, series, metadata } = object as CoreEvent;
  const times = [lastTimestamp, eventTime, series?.lastObservedTime, metadata?.creationTimestamp];
  return Math.max(...times.map((text) => (text ? Date.parse(text) : 0)));
}
