import { expect, test } from 'vitest';
import { certificateUser } from './certificate-user.ts';

test('the common name is the user, organisations are groups', () => {
  expect(certificateUser({ CN: 'eve', O: ['devs', 'ops'] })).toEqual({ name: 'eve', groups: ['devs', 'ops', 'system:authenticated'] });
  expect(certificateUser({ CN: 'eve', O: 'devs' })?.groups).toEqual(['devs', 'system:authenticated']);
  expect(certificateUser({ CN: ['eve', 'ann'] })?.name).toBe('eve');
});

test('whether somebody is authenticated is not for a certificate to say', () => {
  expect(certificateUser({ CN: 'eve', O: ['system:unauthenticated', 'system:authenticated'] })?.groups).toEqual(['system:authenticated']);
});

test('without a name it is nobody', () => {
  expect(certificateUser({})).toBeUndefined();
  expect(certificateUser({ O: 'system:masters' })).toBeUndefined();
});
