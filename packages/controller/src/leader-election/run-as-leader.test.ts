import type { Lease } from '@kubernats/api';
import { type ApiTransport, createClient, decodeJson, encodeJson } from '@kubernats/client';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import { alreadyExists, modified, notFound, type StatusError, unavailable } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { runAsLeader } from './run-as-leader.ts';

const LEASES = { group: 'coordination.k8s.io', resource: 'leases' };

/** One Lease, with compare-and-set, that can be away for some of its candidates. */
function leaseServer() {
  let lease: Lease | undefined;
  let revision = 0;
  const away = new Set<string>();
  const refuse = (error: StatusError) => ({ code: error.code, body: encodeJson(error.toStatus()) });
  const transport = (identity: string): ApiTransport => ({
    async request({ verb, body }) {
      if (away.has(identity)) throw unavailable('away');
      if (verb === 'get') return lease ? { code: 200, body: encodeJson(lease) } : refuse(notFound(LEASES, 'test'));
      const next = decodeJson<Lease>(body ?? new Uint8Array());
      if (verb === 'create' && lease) return refuse(alreadyExists(LEASES, 'test'));
      if (verb === 'update' && next.metadata?.resourceVersion !== lease?.metadata?.resourceVersion) return refuse(modified(LEASES, 'test'));
      lease = { ...next, metadata: { ...next.metadata, resourceVersion: String(++revision) } };
      return { code: 200, body: encodeJson(lease) };
    },
    follow: async () => {},
  });
  return { transport, away, holder: () => lease?.spec?.holderIdentity, transitions: () => lease?.spec?.leaseTransitions };
}

function setUp() {
  const clock = new SteppedClock();
  const server = leaseServer();
  const told: string[] = [];
  const stand = (identity: string) => {
    const stop = new AbortController();
    const done = runAsLeader(
      {
        client: createClient(server.transport(identity)),
        clock,
        random: seededRandom(1),
        lease: { name: 'test', namespace: 'kube-system' },
        identity,
        async lead(signal) {
          told.push(`${identity} leads`);
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          told.push(`${identity} stops`);
        },
      },
      stop.signal,
    );
    return { stop, done };
  };
  return { clock, server, told, stand };
}

describe('leader election', () => {
  test('the first candidate leads at once and keeps the lease, the second stands by', async () => {
    const { clock, server, told, stand } = setUp();
    stand('a');
    await clock.advance(0);
    stand('b');
    await clock.advance(120_000);
    expect(told).toEqual(['a leads']);
    expect([server.holder(), server.transitions()]).toEqual(['a', 0]);
  });

  test('an orderly stop releases the lease, so that the next leads within a try', async () => {
    const { clock, server, told, stand } = setUp();
    const first = stand('a');
    await clock.advance(0);
    stand('b');
    await clock.advance(5_000);
    first.stop.abort();
    await first.done;
    expect(server.holder()).toBe('');
    await clock.advance(2_500);
    expect(told).toEqual(['a leads', 'a stops', 'b leads']);
    expect(server.transitions()).toBe(1);
  });

  test('a leader that cannot renew stops before another may lead', async () => {
    const { clock, server, told, stand } = setUp();
    stand('a');
    await clock.advance(0);
    stand('b');
    await clock.advance(5_000);
    server.away.add('a');
    await clock.advance(10_000);
    expect(told).toEqual(['a leads', 'a stops']);
    await clock.advance(10_000);
    expect(told).toEqual(['a leads', 'a stops', 'b leads']);
    server.away.delete('a');
    await clock.advance(60_000);
    expect(told).toHaveLength(3);
  });

  test('a short absence of the API server does not cost the leadership', async () => {
    const { clock, server, told, stand } = setUp();
    stand('a');
    await clock.advance(5_000);
    server.away.add('a');
    await clock.advance(6_000);
    server.away.delete('a');
    await clock.advance(60_000);
    expect(told).toEqual(['a leads']);
  });

  test('a restarted candidate of the same name goes on at once', async () => {
    const { clock, told, stand } = setUp();
    stand('a');
    await clock.advance(1_000);
    stand('a');
    await clock.advance(0);
    expect(told).toEqual(['a leads', 'a leads']);
  });

  test('what the leader throws ends the election, and the lease is free', async () => {
    const clock = new SteppedClock();
    const server = leaseServer();
    const run = runAsLeader(
      {
        client: createClient(server.transport('a')),
        clock,
        random: seededRandom(1),
        lease: { name: 'test', namespace: 'kube-system' },
        identity: 'a',
        lead: () => Promise.reject(new Error('broken')),
      },
      new AbortController().signal,
    );
    await expect(run).rejects.toThrow('broken');
    expect(server.holder()).toBe('');
  });
});
