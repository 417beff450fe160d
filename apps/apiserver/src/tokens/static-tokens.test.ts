import { expect, test } from 'vitest';
import { readStaticTokens } from './static-tokens.ts';

test('R1: a file of static tokens as Kubernetes reads it', async () => {
  const text = 'abc,ann,1,"devs,ops"\r\n\n"d,e",bob,,\nf,carl,3,devs\n';
  const { users, warnings } = await readStaticTokens(text, 'tokens.csv');
  expect([...users]).toEqual([
    ['abc', { name: 'ann', uid: '1', groups: ['devs', 'ops', 'system:authenticated'] }],
    ['d,e', { name: 'bob', groups: ['system:authenticated'] }],
    ['f', { name: 'carl', uid: '3', groups: ['devs', 'system:authenticated'] }],
  ]);
  expect(warnings).toEqual([]);
});

test('R1: an empty token is nobody, and of two the last one counts: both are told of by their line', async () => {
  const { users, warnings } = await readStaticTokens('abc,ann,1\n,eve,2\nabc,bob,3\n', 'tokens.csv');
  expect([...users.values()].map(({ name }) => name)).toEqual(['bob']);
  expect(warnings).toEqual(['tokens.csv: line 2: empty token has been found', 'tokens.csv: line 3: duplicate token has been found']);
});

test.each([
  ['a,ann,1\n\nsecret,bob\n', 'line 3: must have at least 3 columns (token, user name, user uid), found 2'],
  ['a,ann,1\nsec"ret,bob,2\n', 'line 2: bare " in non-quoted field'],
  ['"a"b,ann,1', 'line 1: extraneous or missing " in quoted-field'],
  ['a,ann,1\nsecret,"bob,2', 'line 2: extraneous or missing " in quoted-field'],
])('a file with a mistake is refused by its line, without a token: %j', async (text, message) => {
  await expect(readStaticTokens(text, 'tokens.csv')).rejects.toMatchObject({ message: `tokens.csv: ${message}` });
});
