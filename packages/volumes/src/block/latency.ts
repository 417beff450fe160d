import type { Clock } from '@kubernats/clock';
import type { Performance } from './performance.ts';

/** A disk that is mounted may become faster or slower: that is looked at again after so long. */
const LOOK_AGAIN_MS = 1_000;

/** What a read or write takes, in milliseconds, as it was a second ago at most: nobody waits for the look. */
export function latencyOf({ latencyMs }: Performance, look: () => Promise<Performance>, clock: Clock): () => number {
  let [known, lookedAt] = [latencyMs, clock.monotonic()];
  return () => {
    if (clock.monotonic() - lookedAt >= LOOK_AGAIN_MS) {
      lookedAt = clock.monotonic();
      look().then(
        (times) => {
          known = times.latencyMs;
        },
        // It stays as it is while nobody can say how it should be.
        () => {},
      );
    }
    return known;
  };
}
