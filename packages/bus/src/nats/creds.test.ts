import { expect, test } from 'vitest';
import { operatorPermissions, permissionsOf } from '../subjects.ts';
import { createNatsAuthority, userCreds } from './authority.ts';
import { credsAreOf, credsPermit } from './creds.ts';

test('credentials tell what they permit: those of an earlier version are found out', async () => {
  const authority = await createNatsAuthority('default');
  const identity = 'system:kube-proxy';
  const permissions = permissionsOf('default', identity);
  const creds = await userCreds(authority, { identity, permissions });
  expect(credsPermit(creds, permissions)).toBe(true);
  expect(credsPermit(creds, { ...permissions, publish: [...permissions.publish, 'more'] })).toBe(false);
  expect(credsPermit(creds, operatorPermissions('default', identity))).toBe(false);
  expect(credsPermit('no credentials', permissions)).toBe(false);
  expect(credsAreOf(creds, authority.account)).toBe(true);
  expect(credsAreOf(creds, authority.systemAccount)).toBe(false);
});

test('who carries connections may tell of them, and nobody else may', () => {
  const traces = (identity: string) => {
    const { publish, subscribe } = permissionsOf('default', identity);
    return [publish, subscribe].map((subjects) => subjects.filter((subject) => subject.startsWith('kn.default.trace.')));
  };
  expect(traces('system:kube-proxy')).toEqual([['kn.default.trace.events.>'], ['kn.default.trace.wanted.>']]);
  expect(traces('system:kubernats:load-balancer')).toEqual(traces('system:kube-proxy'));
  expect(traces('system:kube-scheduler')).toEqual([[], []]);
});
