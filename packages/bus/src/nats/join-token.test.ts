import { expect, test } from 'vitest';
import { bootstrapIdentity, bootstrapPermissions } from '../subjects.ts';
import { createNatsAuthority, createUserKey, credsOfKey, signerOf, signUser } from './authority.ts';
import { formatJoinToken, type JoinToken, joinTokenFacts, parseJoinToken } from './join-token.ts';

const ID = 'abcdef';

async function joinToken(expiresAt?: number): Promise<JoinToken> {
  const { publicKey, seed } = createUserKey();
  const user = { identity: bootstrapIdentity(ID), permissions: bootstrapPermissions('my.cluster', ID), publicKey };
  const jwt = await signUser(signerOf(await createNatsAuthority('my.cluster')), {
    ...user,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  return { id: ID, secret: '0123456789abcdef', caHash: 'h'.repeat(43), seed, jwt };
}

test('a token is one word that a shell leaves alone, and begins as a token of Kubernetes', async () => {
  const token = await joinToken(1_800_000_000);
  const word = formatJoinToken(token);
  expect(word).toMatch(/^abcdef\.0123456789abcdef\.[\w.-]+$/);
  expect(parseJoinToken(word)).toEqual(token);
  expect(joinTokenFacts(token)).toEqual({ cluster: 'my.cluster', expiresAt: 1_800_000_000 });
  expect(joinTokenFacts(await joinToken()).expiresAt).toBeUndefined();
  expect(credsOfKey(token.jwt, token.seed)).toContain(token.jwt);
});

test('half of a word, and what is none, are found out', async () => {
  const word = formatJoinToken(await joinToken());
  const parts = word.split('.');
  const without = (index: number): string => parts.filter((_, at) => at !== index).join('.');
  const wrong = ['', 'abcdef', 'abcdef.0123456789abcdef', word.toUpperCase(), `${word}.x`, word.replace('abcdef', 'abc'), '__proto__'];
  for (const each of [...wrong, ...parts.map((_, index) => without(index))]) expect(parseJoinToken(each)).toBeUndefined();
  expect(parseJoinToken([...parts.slice(0, 4), 'a', '!', 'c'].join('.'))).toBeUndefined();
});
