import { ConfigMaps, Leases } from '@kubernats/api';
import { createClient, type LeaderTerm } from '@kubernats/client';
import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { memoryBacking, startApiServer } from './api-server.fixture.ts';

const SECONDS = 15;

async function setUp() {
  const clock = new SteppedClock();
  const backing = memoryBacking(clock);
  const servers = [await startApiServer({ clock, backing }), await startApiServer({ clock, backing })] as const;
  const [{ client }] = servers;
  const leases = client.kind(Leases);
  const hold = async (holder: string, transitions: number) => {
    const spec = { holderIdentity: holder, leaseTransitions: transitions, leaseDurationSeconds: SECONDS };
    const metadata = { name: 'scheduler', namespace: 'kube-system' };
    const there = await leases.get('scheduler', 'kube-system').catch(() => undefined);
    if (there) await leases.update({ ...there, spec: { ...spec, renewTime: new Date(clock.now()).toISOString().replace('Z', '000Z') } });
    else await leases.create({ metadata, spec });
  };
  const leader = (server: (typeof servers)[number], holder: string, transitions: number) => {
    const own = createClient(server.admin);
    own.term = { namespace: 'kube-system', lease: 'scheduler', holder, transitions } satisfies LeaderTerm;
    return own.kind(ConfigMaps);
  };
  const dispose = async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
  };
  return { clock, backing, servers, hold, leader, [Symbol.asyncDispose]: dispose };
}

const map = (name: string) => ({ metadata: { name, namespace: 'default' } });

test('what a leader changes is done while its term goes on, and refused at every API server from the moment that another leads', async () => {
  await using all = await setUp();
  await all.hold('a', 0);
  const [before, elsewhere] = all.servers.map((server) => all.leader(server, 'a', 0));
  const made = await before?.create(map('one'));
  await elsewhere?.create(map('two'));
  await all.hold('b', 1);
  const refusal = {
    code: 403,
    message: 'leases.coordination.k8s.io "scheduler" is forbidden: term 0 of "a" is over: "b" leads now',
  };
  for (const deposed of [before, elsewhere]) {
    await expect(deposed?.create(map('three'))).rejects.toMatchObject(refusal);
    await expect(deposed?.update({ ...made, data: { by: 'a' } })).rejects.toMatchObject(refusal);
    await expect(deposed?.delete('one', 'default')).rejects.toMatchObject(refusal);
    // Reading does no harm.
    await expect(deposed?.get('one', 'default')).resolves.toEqual(made);
  }
  await all.leader(all.servers[1], 'b', 1).update({ ...made, data: { by: 'b' } });
});

test('a later term of the same candidate is another one', async () => {
  await using all = await setUp();
  await all.hold('a', 2);
  await expect(all.leader(all.servers[0], 'a', 0).create(map('one'))).rejects.toMatchObject({ code: 403 });
  await all.leader(all.servers[0], 'a', 2).create(map('one'));
});

test('a leader whose Lease is gone, or was given back, is refused', async () => {
  await using all = await setUp();
  const leader = all.leader(all.servers[0], 'a', 0);
  await expect(leader.create(map('one'))).rejects.toMatchObject({ code: 403, message: expect.stringContaining('nobody holds the lease') });
  await all.hold('', 0);
  await expect(leader.create(map('one'))).rejects.toMatchObject({ code: 403, message: expect.stringContaining('nobody holds the lease') });
});

test('a term that was renewed lately is not asked for again, and one that was not is', async () => {
  await using all = await setUp();
  await all.hold('a', 0);
  const leader = all.leader(all.servers[0], 'a', 0);
  await leader.create(map('asked'));
  const { leases } = all.backing.stores;
  let questions = 0;
  const lastRevision = leases.lastRevision.bind(leases);
  leases.lastRevision = () => {
    questions++;
    return lastRevision();
  };
  const asked = async (name: string): Promise<number> => {
    questions = 0;
    await leader.create(map(name));
    return questions;
  };
  // Nobody knows how old the Lease is.
  expect(await asked('unknown')).toBe(1);
  await all.clock.advance(1_000);
  await all.hold('a', 0);
  expect(await asked('renewed')).toBe(1);
  expect(await asked('sure')).toBe(0);
  await all.clock.advance(SECONDS * 900 - 1_001);
  expect(await asked('still-sure')).toBe(0);
  await all.clock.advance(1);
  expect(await asked('too-long-ago')).toBe(1);
});
