import { expect, test } from 'vitest';
import { remoteHeaders, remoteUser } from './request-header.ts';

test('R1: a front proxy names the user, its groups and what else there is to say', () => {
  const headers = ['Host', 'x', 'x-remote-user', ' ann ', 'X-Remote-User', 'eve', 'X-Remote-Uid', 'u1'];
  headers.push(
    'X-Remote-Group',
    'devs',
    'X-REMOTE-GROUP',
    'ops',
    'X-Remote-Group',
    '',
    'X-Remote-Extra-Acme.com%2FProject',
    'P',
    'x-remote-extra-__proto__',
    'q',
  );
  expect(remoteUser(headers)).toEqual({
    name: 'ann',
    uid: 'u1',
    groups: ['devs', 'ops', 'system:authenticated'],
    extra: JSON.parse('{"acme.com/project":["P"],"__proto__":["q"]}'),
  });
});

test.each([
  ['nobody', [], undefined],
  ['groups without a user', ['X-Remote-Group', 'system:masters'], undefined],
  ['spaces', ['X-Remote-User', '  '], undefined],
  ['anonymous', ['X-Remote-User', 'system:anonymous', 'X-Remote-Group', 'system:unauthenticated'], ['system:unauthenticated']],
  ['who says its group itself', ['X-Remote-User', 'a', 'X-Remote-Group', 'system:authenticated'], ['system:authenticated']],
  ['a key that is not encoded rightly', ['X-Remote-User', 'a', 'X-Remote-Extra-%zz', 'b'], ['system:authenticated']],
])('R1: %s', (_what, headers, groups) => {
  expect(remoteUser(headers)?.groups).toEqual(groups);
});

test('R1: a user survives the way to an extension API server', () => {
  const user = {
    name: 'system:serviceaccount:ns:robot',
    uid: 'u1',
    groups: ['system:serviceaccounts', 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/pod-name': ['p'], 'größe %': ['1', '2'] },
  };
  const headers = remoteHeaders(user);
  expect(remoteUser(headers.flat())).toEqual(user);
  expect(headers.map(([name]) => name)).toContain('X-Remote-Extra-authentication.kubernetes.io%2fpod-name');
});
