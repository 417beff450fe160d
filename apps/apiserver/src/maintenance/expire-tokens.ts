import { Buffer } from 'node:buffer';
import type { Secret } from '@kubernats/api';
import { BOOTSTRAP_TOKEN_NAMESPACE, BOOTSTRAP_TOKEN_TYPE } from '@kubernats/client';
import { type Core, placeOfResource } from '../core.ts';
import { every } from '../every.ts';
import { removeUnlessChanged } from '../rest/write.ts';

const EVERY_MS = 30_000;

/** Removes bootstrap tokens that have expired, as Kubernetes' token cleaner does. Call the result to end. */
export function expireTokens(core: Core): () => void {
  return every(core, EVERY_MS, () => sweep(core), 'expired tokens could not be removed');
}

async function sweep(core: Core): Promise<void> {
  const place = placeOfResource(core, '', 'v1', 'secrets');
  const now = core.clock.now();
  const expired = [...place.cache.values()].filter(
    ({ namespace, object }) => namespace === BOOTSTRAP_TOKEN_NAMESPACE && hasExpired(object, now),
  );
  // Another API server may be quicker, or somebody may have prolonged it just now.
  for (const stored of expired) await removeUnlessChanged(place, stored);
}

function hasExpired({ type, data }: Secret, now: number): boolean {
  const expiration = data?.expiration;
  return type === BOOTSTRAP_TOKEN_TYPE && expiration !== undefined && Date.parse(Buffer.from(expiration, 'base64').toString('utf8')) <= now;
}
