import { Buffer } from 'node:buffer';
import type { Secret } from '@kubernats/api';
import { BOOTSTRAP_TOKEN_NAMESPACE, BOOTSTRAP_TOKEN_TYPE, secretNameOf, USES_LEFT } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { Failure } from '../failure.ts';

export interface WantedToken {
  id: string;
  secret: string;
  /** Until when it is good, in milliseconds since 1970; undefined: until it is deleted. */
  expiresAtMs: number | undefined;
  /** How many machines may join with it; undefined: as many as there are. */
  uses: number | undefined;
  description: string | undefined;
}

/** The Secret that a bootstrap token is. */
export function secretOf({ id, secret, expiresAtMs, uses, description }: WantedToken): Secret {
  const entries: Record<string, string | undefined> = {
    'token-id': id,
    'token-secret': secret,
    'usage-bootstrap-authentication': 'true',
    'auth-extra-groups': 'system:bootstrappers:kubernats',
    expiration: expiresAtMs === undefined ? undefined : rfc3339(expiresAtMs),
    description,
    [USES_LEFT]: uses === undefined ? undefined : String(uses),
  };
  const data = Object.entries(entries).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Buffer.from(value).toString('base64')] as const],
  );
  return {
    metadata: { name: secretNameOf(id), namespace: BOOTSTRAP_TOKEN_NAMESPACE },
    type: BOOTSTRAP_TOKEN_TYPE,
    data: Object.fromEntries(data),
  };
}

/** A token as the list shows it. */
export interface KnownToken {
  id: string;
  expiresAtMs: number | undefined;
  usesLeft: string | undefined;
  description: string;
}

/** The tokens among Secrets. */
export function tokensIn(secrets: readonly Secret[]): KnownToken[] {
  return secrets
    .filter(({ type }) => type === BOOTSTRAP_TOKEN_TYPE)
    .map(({ data = {} }) => {
      const entry = (key: string): string | undefined => {
        const value = Object.hasOwn(data, key) ? data[key] : undefined;
        return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
      };
      const expiration = entry('expiration');
      return {
        id: entry('token-id') ?? '',
        expiresAtMs: expiration === undefined ? undefined : Date.parse(expiration),
        usesLeft: entry(USES_LEFT),
        description: entry('description') ?? '',
      };
    });
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How long `--ttl` says, in milliseconds; undefined for 0: for ever. Throws a Failure. */
export function ttlOf(text: string): number | undefined {
  if (text === '0') return undefined;
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (count === '') throw new Failure(`--ttl ${text}: must be a time such as 30m, 24h or 7d, or 0 for a token that does not expire`, 2);
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

/** The name of a token, from it or from the whole of what `token create` printed. Throws a Failure. */
export function tokenIdOf(text: string): string {
  const id = /^([a-z0-9]{6})(?:\..*)?$/.exec(text)?.[1];
  if (id === undefined)
    throw new Failure(`${text}: not the name of a token, which has six letters and digits; ./kubernats token list shows them`, 2);
  return id;
}
