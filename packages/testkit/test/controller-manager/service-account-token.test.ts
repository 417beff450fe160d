import { Buffer } from 'node:buffer';
import { type Secret, Secrets, ServiceAccounts, TokenReviews } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';

const secret = (name: string, account: string): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'kubernetes.io/service-account-token',
  metadata: { name, namespace: 'default', annotations: { 'kubernetes.io/service-account.name': account } },
});
const textOf = ({ data }: Secret, key: string): string => Buffer.from(data?.[key] ?? '', 'base64').toString();

test('R1: a Secret for a token of a ServiceAccount gets one, which dies with it; without the account it goes', async () => {
  await using cluster = await startCluster({ nodes: 0 });
  const { client } = cluster;
  const secrets = client.kind(Secrets);
  const account = await client.kind(ServiceAccounts).create({ metadata: { name: 'robot', namespace: 'default' } });
  await cluster.apply([secret('robot-token', 'robot'), secret('nobody-token', 'nobody')]);
  const filled = await cluster.waitFor(Secrets, ({ data }) => data?.token !== undefined, { namespace: 'default', name: 'robot-token' });
  expect(filled.metadata?.annotations?.['kubernetes.io/service-account.uid']).toBe(account.metadata?.uid);
  expect(textOf(filled, 'namespace')).toBe('default');
  expect(filled.data).toHaveProperty(['ca.crt']);
  const token = textOf(filled, 'token');
  const statusOf = async () => (await client.kind(TokenReviews).create({ spec: { token } })).status;
  expect(await statusOf()).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:robot' } });
  await cluster.waitForAll(Secrets, (all) => all.length === 0, { namespace: 'default', name: 'nobody-token' });

  await client.kind(ServiceAccounts).delete('robot', 'default');
  await cluster.waitForAll(Secrets, (all) => all.length === 0, { namespace: 'default', name: 'robot-token' });
  expect((await statusOf())?.authenticated ?? false).toBe(false);
  await expect(secrets.get('robot-token', 'default')).rejects.toThrow('not found');
});
