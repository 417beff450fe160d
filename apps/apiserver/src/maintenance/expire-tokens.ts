import { Buffer } from 'node:buffer';
import type { Secret } from '@kubernats/api';
import { BOOTSTRAP_TOKEN_NAMESPACE, BOOTSTRAP_TOKEN_TYPE } from '@kubernats/client';
import { RevisionConflict } from '@kubernats/store';
import { type Core, placeOfResource } from '../core.ts';
import { commitDeletion } from '../rest/write.ts';

const EVERY_MS = 30_000;

/** Removes bootstrap tokens that have expired, as Kubernetes' token cleaner does. Call the result to end. */
export function expireTokens(core: Core): () => void {
  let stopped = false;
  let timer = core.clock.setTimer(EVERY_MS, tick);
  function tick(): void {
    sweep(core)
      .catch((error: unknown) => core.log.warn({ error }, 'expired tokens could not be removed'))
      .finally(() => {
        if (!stopped) timer = core.clock.setTimer(EVERY_MS, tick);
      });
  }
  return () => {
    stopped = true;
    timer.cancel();
  };
}

async function sweep(core: Core): Promise<void> {
  const place = placeOfResource(core, '', 'v1', 'secrets');
  const now = core.clock.now();
  const expired = [...place.cache.values()].filter(
    ({ namespace, object }) => namespace === BOOTSTRAP_TOKEN_NAMESPACE && hasExpired(object, now),
  );
  for (const stored of expired) {
    await commitDeletion(place, stored).catch((error: unknown) => {
      // Another API server was quicker, or somebody has prolonged it just now.
      if (!(error instanceof RevisionConflict)) throw error;
    });
  }
}

function hasExpired({ type, data }: Secret, now: number): boolean {
  const expiration = data?.expiration;
  return type === BOOTSTRAP_TOKEN_TYPE && expiration !== undefined && Date.parse(Buffer.from(expiration, 'base64').toString('utf8')) <= now;
}
