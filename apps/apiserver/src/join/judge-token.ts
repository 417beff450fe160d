import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { Secret } from '@kubernats/api';
import { BOOTSTRAP_TOKEN_TYPE, USES_LEFT } from '@kubernats/client';

/** Whether a token is good now: `usesLeft` undefined is as often as one likes. Otherwise why not. */
export type Verdict = { good: true; secret: Secret; usesLeft: number | undefined } | { good: false; why: string };

/** What the Secret of that name says to somebody who shows the token. `now`: milliseconds since 1970. */
export function judgeToken(secret: Secret | undefined, { id, secret: shown }: { id: string; secret: string }, now: number): Verdict {
  const no = (why: string): Verdict => ({ good: false, why: `the token ${id} ${why}` });
  if (!secret || secret.type !== BOOTSTRAP_TOKEN_TYPE || secret.metadata?.deletionTimestamp)
    return no('is not known: it was deleted, or never made');
  const entry = (key: string): string | undefined => entryOf(secret, key);
  if (entry('token-id') !== id || !sameText(entry('token-secret') ?? '', shown)) return no('is wrong');
  const expiration = entry('expiration');
  // One that cannot be read has expired, as in Kubernetes.
  if (expiration !== undefined && !(Date.parse(expiration) > now)) return no(`has expired at ${expiration}`);
  if (entry('usage-bootstrap-authentication') !== 'true') return no('is not for joining: usage-bootstrap-authentication is not true');
  const usesLeft = usesLeftOf(secret);
  return usesLeft === 0 ? no('is used up') : { good: true, secret, usesLeft };
}

/** How often a token may be used still; undefined: as often as one likes. What is no number is none. */
export function usesLeftOf(secret: Secret): number | undefined {
  const left = entryOf(secret, USES_LEFT);
  return left === undefined ? undefined : /^\d{1,6}$/.test(left) ? Number(left) : 0;
}

function entryOf({ data }: Secret, key: string): string | undefined {
  const value = data && Object.hasOwn(data, key) ? data[key] : undefined;
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
}

/** In the same time wherever they differ. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
