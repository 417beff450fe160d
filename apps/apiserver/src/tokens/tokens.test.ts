import { Buffer } from 'node:buffer';
import { generateKeyPairSync } from 'node:crypto';
import { SteppedClock } from '@kubernats/clock';
import { describe, expect, it } from 'vitest';
import { ISSUER, type TokenClaims } from './claims.ts';
import { claimsOf, signJwt } from './jwt.ts';
import { type SigningKey, signingKey } from './signing-key.ts';
import { TokenAuthenticator } from './token-authenticator.ts';

const pem = (type: 'rsa' | 'ec', namedCurve = 'P-256'): string => {
  const { privateKey } = type === 'ec' ? generateKeyPairSync('ec', { namedCurve }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};
const KEY = signingKey(pem('ec'));

describe('signing', () => {
  it.each([
    ['ES256', KEY],
    ['RS256', signingKey(pem('rsa'))],
    ['ES256', signingKey(undefined)],
  ])('signs with %s and reads what it has signed', (algorithm, key) => {
    const token = signJwt(key, { a: 'ä' });
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toEqual({ alg: algorithm, kid: key.id });
    expect(claimsOf(key, token)).toEqual({ a: 'ä' });
    expect(claimsOf(signingKey(undefined), token)).toBeUndefined();
  });

  it('takes no key of another curve', () => {
    expect(() => signingKey(pem('ec', 'P-384'))).toThrow('must be RSA or elliptic on P-256');
  });

  it('reads nothing from what was changed, or says that it needs no signature', () => {
    const [head = '', body = '', signature = ''] = signJwt(KEY, { a: 1 }).split('.');
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const bad = [
      `${head}.${encoded({ a: 2 })}.${signature}`,
      `${encoded({ alg: 'none', kid: KEY.id })}.${body}.${signature}`,
      `${encoded({ alg: 'none', kid: KEY.id })}.${body}.`,
      `${encoded({ alg: 'HS256', kid: KEY.id })}.${body}.${signature}`,
      `${head}.${body}`,
      `${head}.${body}.${signature}.x`,
      'null.null.null',
      '..',
      '',
    ];
    expect(bad.map((token) => claimsOf(KEY, token))).toEqual(bad.map(() => undefined));
  });
});

describe('whose a token is', () => {
  const clock = new SteppedClock();
  const now = Math.floor(clock.now() / 1000);
  const uids: Record<string, string | undefined> = { 'serviceaccounts shop/robot': 'u1', 'pods shop/web': 'u2' };
  const tokens = new TokenAuthenticator({
    key: KEY,
    clock,
    uidOf: (resource, namespace, name) => uids[`${resource} ${namespace}/${name}`],
  });
  const claims: TokenClaims = {
    aud: [ISSUER],
    exp: now + 600,
    iat: now,
    iss: ISSUER,
    jti: 'id',
    'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'robot', uid: 'u1' } },
    nbf: now,
    sub: 'system:serviceaccount:shop:robot',
  };
  const nameOf = (changed: object, key: SigningKey = KEY): string | undefined =>
    tokens.userOf(signJwt(key, { ...claims, ...changed }))?.name;
  const bound = (more: object): object => ({ 'kubernetes.io': { ...claims['kubernetes.io'], ...more } });

  it('is the ServiceAccount it was issued for', () => {
    expect(nameOf({})).toBe('system:serviceaccount:shop:robot');
    expect(nameOf(bound({ pod: { name: 'web', uid: 'u2' } }))).toBe('system:serviceaccount:shop:robot');
  });

  it.each<[string, object]>([
    ['of another issuer', { iss: 'https://example.com' }],
    ['for somebody else', { aud: ['vault'] }],
    ['past its time', { exp: now - 61 }],
    ['before its time', { nbf: now + 61 }],
    ['of an account that was made again', bound({ serviceaccount: { name: 'robot', uid: 'u0' } })],
    ['of an account that is gone', bound({ serviceaccount: { name: 'other', uid: 'u1' } })],
    ['of a Pod that was made again', bound({ pod: { name: 'web', uid: 'u0' } })],
    ['of a Secret that is gone', bound({ secret: { name: 'x', uid: 'u3' } })],
    ['of a node that is gone', bound({ node: { name: 'n', uid: 'u4' } })],
    ['without an account', { 'kubernetes.io': { namespace: 'shop' } }],
    ['without a time', { exp: undefined }],
  ])('is nobody: %s', (_, changed) => {
    expect(nameOf(changed)).toBeUndefined();
  });

  it('is nobody: of another key', () => {
    expect(nameOf({}, signingKey(undefined))).toBeUndefined();
  });
});
