import { expect, test } from 'vitest';
import { certificateUser } from './certificate-user.ts';

test('the common name is the user, organisations are groups', () => {
  expect(certificateUser({ CN: 'eve', O: ['devs', 'ops'] }, 'AB:01')).toEqual({
    name: 'eve',
    groups: ['devs', 'ops', 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': ['X509SHA256=ab01'] },
  });
  expect(certificateUser({ CN: 'eve', O: 'devs' }, 'AB')?.groups).toEqual(['devs', 'system:authenticated']);
  expect(certificateUser({ CN: ['eve', 'ann'] }, 'AB')?.name).toBe('eve');
});

test('whether somebody is authenticated is not for a certificate to say', () => {
  expect(certificateUser({ CN: 'eve', O: ['system:unauthenticated', 'system:authenticated'] }, 'AB')?.groups).toEqual([
    'system:authenticated',
  ]);
});

test('without a name it is nobody', () => {
  expect(certificateUser({}, 'AB')).toBeUndefined();
  expect(certificateUser({ O: 'system:masters' }, 'AB')).toBeUndefined();
});
