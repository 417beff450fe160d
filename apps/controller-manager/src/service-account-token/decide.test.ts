import type { Secret, ServiceAccount } from '@kubernats/api';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = (data: Secret['data'], uid?: string): Secret => ({
  metadata: { name: 's', namespace: 'shop', annotations: { mine: 'x', ...(uid ? { 'kubernetes.io/service-account.uid': uid } : {}) } },
  ...(data ? { data } : {}),
});
const account: ServiceAccount = { metadata: { name: 'robot', uid: 'u1' } };
const FULL = { token: base64('t'), 'ca.crt': base64('CA'), namespace: base64('shop') };

test('R1: a Secret for a token gets what it lacks and keeps what it has', () => {
  const empty = decide(secret(undefined), account, 'CA');
  expect(empty).toMatchObject({ do: 'fill', needsToken: true });
  expect(empty.do === 'fill' && empty.filled('t')).toMatchObject({
    metadata: { annotations: { mine: 'x', 'kubernetes.io/service-account.uid': 'u1' } },
    data: FULL,
  });
  expect(decide(secret(FULL, 'u1'), account, 'CA')).toEqual({ do: 'nothing' });
  const renewed = decide(secret({ ...FULL, more: 'eA==' }, 'u1'), account, 'new CA');
  expect(renewed).toMatchObject({ do: 'fill', needsToken: false });
  expect(renewed.do === 'fill' && renewed.filled(undefined).data).toEqual({ ...FULL, more: 'eA==', 'ca.crt': base64('new CA') });
});

test('a Secret for a token goes with its ServiceAccount, also when another takes its name', () => {
  expect(decide(secret(FULL, 'u1'), undefined, 'CA')).toEqual({ do: 'delete' });
  expect(decide(secret(FULL, 'u0'), account, 'CA')).toEqual({ do: 'delete' });
});
