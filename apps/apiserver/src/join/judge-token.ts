import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { Secret } from '@kubernats/api';

/** The type of the Secrets that bootstrap tokens are. Source: "Authenticating with Bootstrap Tokens". */
export const BOOTSTRAP_TOKEN_TYPE = 'bootstrap.kubernetes.io/token';

/** Where they are. */
export const BOOTSTRAP_TOKEN_NAMESPACE = 'kube-system';

/** How often a token is good still; without it: until it expires. kubernats' own. */
export const USES_LEFT = 'uses-left';

export const secretNameOf = (id: string): string => `bootstrap-token-${id}`;

/** Whether a token is good now: `usesLeft` undefined is as often as one likes. Otherwise why not. */
export type Verdict = { good: true; usesLeft: number | undefined } | { good: false; why: string };

/** What the Secret of that name says to somebody who shows the token. `now`: milliseconds since 1970. */
export function judgeToken(secret: Secret | undefined, { id, secret: shown }: { id: string; secret: string }, now: number): Verdict {
  const no = (why: string): Verdict => ({ good: false, why: `the token ${id} ${why}` });
  if (!secret || secret.type !== BOOTSTRAP_TOKEN_TYPE || secret.metadata?.deletionTimestamp)
    return no('is not known: it was deleted, or never made');
  const entry = (key: string): string | undefined => {
    const value = secret.data && Object.hasOwn(secret.data, key) ? secret.data[key] : undefined;
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
  };
  if (entry('token-id') !== id || !sameText(entry('token-secret') ?? '', shown)) return no('is wrong');
  const expiration = entry('expiration');
  // One that cannot be read has expired, as in Kubernetes.
  if (expiration !== undefined && !(Date.parse(expiration) > now)) return no(`has expired at ${expiration}`);
  if (entry('usage-bootstrap-authentication') !== 'true') return no('is not for joining: usage-bootstrap-authentication is not true');
  const left = entry(USES_LEFT);
  if (left === undefined) return { good: true, usesLeft: undefined };
  const usesLeft = /^\d{1,6}$/.test(left) ? Number(left) : 0;
  return usesLeft > 0 ? { good: true, usesLeft } : no('is used up');
}

/** In the same time wherever they differ. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
