import { Buffer } from 'node:buffer';
import { generateKeyPairSync } from 'node:crypto';
import { SteppedClock } from '@kubernats/clock';
import { describe, expect, it } from 'vitest';
import { ISSUER, type TokenClaims } from './claims.ts';
import { claimsOf, signJwt } from './jwt.ts';
import { type SigningKey, signingKey } from './signing-key.ts';
import { type Bound, TokenAuthenticator } from './token-authenticator.ts';

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
  const objects: Record<string, Bound | undefined> = {
    'serviceaccounts shop/robot': { uid: 'u1' },
    'pods shop/web': { uid: 'u2' },
    'pods shop/going': { uid: 'u5', deletedAtMs: clock.now() - 60_000 },
    'pods shop/went': { uid: 'u6', deletedAtMs: clock.now() - 60_001 },
    'nodes /node1': { uid: 'u7' },
  };
  const tokens = new TokenAuthenticator({
    key: KEY,
    clock,
    find: (resource, namespace, name) => objects[`${resource} ${namespace}/${name}`],
    findBootstrap: () => undefined,
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
    tokens.review(signJwt(key, { ...claims, ...changed })).user?.name;
  const bound = (more: object): object => ({ 'kubernetes.io': { ...claims['kubernetes.io'], ...more } });

  it('is the ServiceAccount it was issued for', () => {
    expect(nameOf({})).toBe('system:serviceaccount:shop:robot');
    expect(nameOf(bound({ pod: { name: 'web', uid: 'u2' } }))).toBe('system:serviceaccount:shop:robot');
    expect(nameOf(bound({ pod: { name: 'going', uid: 'u5' } }))).toBe('system:serviceaccount:shop:robot');
    expect(nameOf(bound({ node: { name: 'node1', uid: 'u7' } }))).toBe('system:serviceaccount:shop:robot');
  });

  it('tells what it is bound to; where the Pod is does not matter', () => {
    const changed = bound({ pod: { name: 'web', uid: 'u2' }, node: { name: 'gone', uid: 'u8' } });
    expect(tokens.review(signJwt(KEY, { ...claims, ...changed })).user?.extra).toEqual({
      'authentication.kubernetes.io/credential-id': ['JTI=id'],
      'authentication.kubernetes.io/node-name': ['gone'],
      'authentication.kubernetes.io/node-uid': ['u8'],
      'authentication.kubernetes.io/pod-name': ['web'],
      'authentication.kubernetes.io/pod-uid': ['u2'],
    });
  });

  it.each<[string, object, string[] | undefined, string]>([
    ['past its time', { exp: now - 61 }, undefined, '[invalid bearer token, service account token has expired]'],
    ['before its time', { nbf: now + 61 }, undefined, '[invalid bearer token, service account token is not valid yet]'],
    [
      'of a Pod that is gone',
      bound({ pod: { name: 'web', uid: 'u0' } }),
      undefined,
      '[invalid bearer token, service account token has been invalidated]',
    ],
    [
      'for others',
      { aud: ['vault', 'consul'] },
      ['etcd'],
      '[invalid bearer token, token audiences ["vault" "consul"] is invalid for the target audiences ["etcd"]]',
    ],
    ['of another issuer', { iss: 'https://example.com' }, undefined, 'invalid bearer token'],
  ])('says why it is nobody: %s', (_, changed, audiences, why) => {
    expect(tokens.review(signJwt(KEY, { ...claims, ...changed }), audiences)).toEqual({ user: undefined, why });
  });

  it('names the audiences that are meant, of those that were asked for', () => {
    const token = signJwt(KEY, { ...claims, aud: ['vault', 'consul'] });
    expect(tokens.review(token, ['consul', 'vault', 'etcd'])).toMatchObject({ audiences: ['consul', 'vault'] });
  });

  it.each<[string, object]>([
    ['of another issuer', { iss: 'https://example.com' }],
    ['for somebody else', { aud: ['vault'] }],
    ['past its time', { exp: now - 61 }],
    ['before its time', { nbf: now + 61 }],
    ['of an account that was made again', bound({ serviceaccount: { name: 'robot', uid: 'u0' } })],
    ['of an account that is gone', bound({ serviceaccount: { name: 'other', uid: 'u1' } })],
    ['of a Pod that was made again', bound({ pod: { name: 'web', uid: 'u0' } })],
    ['of a Pod that is on its way out, long after', bound({ pod: { name: 'went', uid: 'u6' } })],
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
