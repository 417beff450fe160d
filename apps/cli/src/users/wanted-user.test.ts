import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { wantedUser } from './wanted-user.ts';

const flags = { role: 'edit', group: [], expires: '30d' };

test('V4: a user as the flags tell of it', () => {
  expect(wantedUser('ann.b@example.com', { ...flags, namespace: 'shop', group: ['devs', 'org/team', 'devs'], expires: '8h' })).toEqual({
    name: 'ann.b@example.com',
    role: 'edit',
    namespace: 'shop',
    groups: ['devs', 'org/team'],
    validMs: 8 * 3_600_000,
  });
});

test.each(['', '.', '..', 'a/b', '../a', '-a', 'a-', '__proto__', 'a b', 'a\nb', 'ä', '%2e', 'a'.repeat(65)])(
  'V4: a user cannot be called %j',
  (name) => expect(() => wantedUser(name, flags)).toThrow(`user ${JSON.stringify(name)}: a user's name is at most 64 letters`),
);

test.each([
  ['system:admin', {}, `user "system:admin": names that begin with system: are Kubernetes' own`],
  ['kubernetes-admin', {}, 'is the administrator'],
  ['ann', { role: '' }, '--role'],
  ['ann', { namespace: '' }, '--namespace ""'],
  ['ann', { namespace: '..' }, '--namespace ".."'],
  ['ann', { group: [''] }, '--group ""'],
  ['ann', { group: ['devs', 'a b'] }, '--group "a b"'],
  ['ann', { group: ['system:masters'] }, '--role cluster-admin gives the same rights, and can be taken back'],
  ['ann', { group: ['system:nodes'] }, '--group "system:nodes": names that begin with system: are Kubernetes\' own'],
  ...['', '9m', '366d', '-1h', 'soon', '1e9h', 'Infinity'].map((expires): [string, object, string] => ['ann', { expires }, '--expires']),
])('V4: user %j with %j is wrong usage', (name, more, message) => {
  const make = () => wantedUser(name, { ...flags, ...more });
  expect(make).toThrow(message);
  expect(make).toThrow(expect.objectContaining({ exitCode: 2 }));
  expect(make).toThrow(Failure);
});
