import { type JwtAuth, credsAuthenticator as reference } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { createNatsAuthority, userCreds } from '../nats/authority.ts';
import { credsAuthenticator } from './creds-authenticator.ts';

test('answers a challenge as the client library does', async () => {
  const authority = await createNatsAuthority('test');
  const creds = new TextEncoder().encode(await userCreds(authority, { identity: 'someone', permissions: { publish: [], subscribe: [] } }));
  const { jwt, sig } = reference(creds)('a-challenge') as JwtAuth;
  expect(credsAuthenticator(creds)('a-challenge')).toEqual({ jwt, sig });
});

test.each(['', 'no credentials', '-----BEGIN NATS USER JWT-----\na.b.c\n------END NATS USER JWT------\n'])('refuses %j', (text) => {
  expect(() => credsAuthenticator(new TextEncoder().encode(text))).toThrow('not a file of NATS credentials');
});

test('refuses a seed that is none', () => {
  const text = '-----BEGIN JWT-----\na.b.c\n------END JWT------\n-----BEGIN SEED-----\nSUA!\n------END SEED------\n';
  expect(() => credsAuthenticator(new TextEncoder().encode(text))).toThrow('not the seed of an nkey');
});
