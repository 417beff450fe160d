import { expect, test } from 'vitest';
import { secretOf, tokenIdOf, tokensIn, ttlOf } from './bootstrap-token.ts';

test('a token is a Secret as Kubernetes has it, and is found again among others', () => {
  const expiresAtMs = Date.parse('2030-01-01T00:00:00Z');
  const secret = secretOf({ id: 'abcdef', secret: '0123456789abcdef', expiresAtMs, uses: 2, description: 'rack 7' });
  expect(secret).toMatchObject({
    metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' },
    type: 'bootstrap.kubernetes.io/token',
  });
  const texts = Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  expect(Object.fromEntries(texts)).toEqual({
    'token-id': 'abcdef',
    'token-secret': '0123456789abcdef',
    'usage-bootstrap-authentication': 'true',
    'auth-extra-groups': 'system:bootstrappers:kubernats',
    expiration: '2030-01-01T00:00:00Z',
    description: 'rack 7',
    'uses-left': '2',
  });
  const other = { metadata: { name: 'other' }, type: 'Opaque', data: { 'token-id': 'eA==' } };
  expect(tokensIn([other, secret])).toEqual([{ id: 'abcdef', expiresAtMs, usesLeft: '2', description: 'rack 7' }]);
});

test('without an end, for any number of machines', () => {
  const secret = secretOf({ id: 'abcdef', secret: 's', expiresAtMs: undefined, uses: undefined, description: undefined });
  expect(Object.keys(secret.data ?? {})).toEqual(['token-id', 'token-secret', 'usage-bootstrap-authentication', 'auth-extra-groups']);
  expect(tokensIn([secret])).toEqual([{ id: 'abcdef', expiresAtMs: undefined, usesLeft: undefined, description: '' }]);
});

test('how long it is good', () => {
  expect(['1s', '30m', '24h', '7d', '0'].map(ttlOf)).toEqual([1_000, 1_800_000, 86_400_000, 604_800_000, undefined]);
  for (const wrong of ['', '1', '-1h', '1w', '0h', '1.5h', '9999999d'])
    expect(() => ttlOf(wrong)).toThrow(`--ttl ${wrong}: must be a time such as 30m, 24h or 7d, or 0 for a token that does not expire`);
});

test('its name, alone or at the beginning of all that was printed', () => {
  expect(['abcdef', 'abcdef.0123456789abcdef', 'abcdef.0123456789abcdef.x.SU.a.b.c'].map(tokenIdOf)).toEqual([
    'abcdef',
    'abcdef',
    'abcdef',
  ]);
  for (const wrong of ['', 'abcde', 'ABCDEF', '__proto__', 'abcdefg'])
    expect(() => tokenIdOf(wrong)).toThrow(`${wrong}: not the name of a token, which has six letters and digits`);
});
