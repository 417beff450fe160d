import { NODE_OWNER_ANNOTATION, type Node } from '@kubernats/api';
import { createClient, silentLog } from '@kubernats/client';
import { SteppedClock } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { expect, test } from 'vitest';
import { giveNameBack, takeName } from '../src/node/name/take-name.ts';
import { FakeApi } from './fake-api.ts';

const nodeNamed = (name: string): Node => ({ metadata: { name } });
const owners = (api: FakeApi): Record<string, string | undefined> =>
  Object.fromEntries(api.list<Node>('nodes').map(({ metadata }) => [metadata?.name, metadata?.annotations?.[NODE_OWNER_ANNOTATION]]));

function machines() {
  const clock = new SteppedClock();
  const api = new FakeApi(clock);
  const client = createClient(api, { fieldManager: 'kubelet' });
  const take = (owner: string, lastName?: string): Promise<string> =>
    takeName({ client, clock, log: silentLog }, { owner, lastName }, nodeNamed, new AbortController().signal);
  return { api, client, clock, take };
}

test('machines that ask at once get a name each, the lowest ones', async () => {
  const { api, take } = machines();
  const names = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((owner) => take(owner)));
  expect(names.sort()).toEqual(['node1', 'node2', 'node3', 'node4', 'node5']);
  expect(Object.values(owners(api)).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('of two that want the same name which was given back, one gets it', async () => {
  const { api, client, take } = machines();
  await take('a');
  await giveNameBack(client, 'node1', 'a');
  const names = await Promise.all([take('b'), take('c')]);
  expect(names.sort()).toEqual(['node1', 'node2']);
  expect(Object.keys(owners(api))).toHaveLength(2);
});

test('a machine that starts again finds its name, and the Node is the same', async () => {
  const { api, client, take } = machines();
  await take('a');
  await take('b');
  const uid = api.get<Node>('nodes', 'node2')?.metadata?.uid;
  await giveNameBack(client, 'node1', 'a');
  await giveNameBack(client, 'node2', 'b');
  expect(await take('b', 'node2')).toBe('node2');
  expect(api.get<Node>('nodes', 'node2')?.metadata?.uid).toBe(uid);
});

test('a name that another has taken meanwhile is not given back', async () => {
  const { api, client, take } = machines();
  await take('a');
  await giveNameBack(client, 'node1', 'b');
  expect(owners(api)).toEqual({ node1: 'a' });
});

test('an API server that does not answer is waited for', async () => {
  const { api, clock, take } = machines();
  let isAway = true;
  api.before = () => (isAway ? Promise.reject(new StatusError('ServiceUnavailable', 'away')) : undefined);
  const name = take('a');
  await expect.poll(() => api.requests.length).toBeGreaterThan(0);
  isAway = false;
  await clock.advance(100);
  expect(await name).toBe('node1');
});
