import { SteppedClock } from '@kubernats/clock';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoreEntry } from '../../port.ts';
import { type FollowerDeps, follow, type LogState } from './follower.ts';

interface Consumer {
  from: number;
  deliver(sequence: number, pending: number): void;
  /** A heartbeat of a server that has the stream up to there. */
  heartbeat(upTo: number): void;
  isClosed: boolean;
}

/** What servers do of which a test says what each consumer tells. */
class Servers {
  readonly consumers: Consumer[] = [];
  /** Whether those that are asked for a consumer answer. */
  answers = true;

  readonly connection = {
    subscribe: (_subject: string, { callback }: { callback(error: undefined, message: Msg): void }) => {
      let delivered = 0;
      const consumer: Consumer = {
        from: 0,
        isClosed: false,
        deliver(sequence, pending) {
          delivered++;
          const reply = `$JS.ACK.stream.consumer.1.${sequence}.${delivered}.0.${pending}`;
          callback(undefined, { subject: 'kn.test.state.core.pods.default.a', reply, data: new Uint8Array() } as unknown as Msg);
        },
        heartbeat(upTo) {
          const head = headers(100, 'Idle Heartbeat');
          head.set('Nats-Last-Consumer', String(delivered));
          head.set('Nats-Last-Stream', String(upTo));
          callback(undefined, { headers: head } as Msg);
        },
      };
      this.consumers.push(consumer);
      return { isClosed: () => consumer.isClosed, unsubscribe: () => (consumer.isClosed = true) };
    },
    request: (_subject: string, body: Uint8Array) => {
      const { config } = JSON.parse(new TextDecoder().decode(body)) as { config: { opt_start_seq: number } };
      const consumer = this.consumers.at(-1);
      if (consumer) consumer.from = config.opt_start_seq;
      return this.answers ? Promise.resolve({ data: new TextEncoder().encode('{"num_pending":0}') }) : new Promise(() => {});
    },
  } as unknown as NatsConnection;
}

const clock = new SteppedClock();
let servers: Servers;
let state: LogState;
let known: number;
let entries: number[];
let caughtUp: number[];
let stop: AbortController;
let following: Promise<void>;

beforeEach(() => {
  servers = new Servers();
  state = { last: 5, compactedTo: 0, isReplicated: true };
  known = 5;
  entries = [];
  caughtUp = [];
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await following;
});

function begin(after: number): void {
  const deps: FollowerDeps = {
    connection: servers.connection,
    clock,
    stream: 'stream',
    inbox: () => 'inbox',
    state: async () => state,
    known: () => known,
    onReconnect: () => () => {},
  };
  following = follow(deps, {
    after,
    signal: stop.signal,
    onEntry: ({ revision }: StoreEntry) => entries.push(revision),
    onCaughtUp: (revision) => caughtUp.push(revision),
  });
}

const consumer = async (number: number): Promise<Consumer> => {
  await expect.poll(() => servers.consumers[number - 1]?.from).toBeGreaterThan(0);
  return servers.consumers[number - 1] as Consumer;
};

test('a server that has nothing more, but is behind the others, has not caught up', async () => {
  begin(2);
  const { deliver, heartbeat } = await consumer(1);
  deliver(3, 0);
  heartbeat(3);
  await clock.advance(0);
  expect(caughtUp).toEqual([]);
  deliver(5, 0);
  expect({ entries, caughtUp }).toEqual({ entries: [3, 5], caughtUp: [5] });
});

test('where the end of the log was compacted a heartbeat tells that all was seen', async () => {
  begin(2);
  const { deliver, heartbeat } = await consumer(1);
  deliver(4, 0);
  expect(caughtUp).toEqual([]);
  heartbeat(5);
  expect(caughtUp).toEqual([5]);
});

test('a log on one server needs no heartbeat for that', async () => {
  state = { ...state, isReplicated: false };
  begin(2);
  await consumer(1);
  await expect.poll(() => caughtUp).toEqual([5]);
});

test('a server that is behind begins before what was asked for: nothing is seen twice', async () => {
  begin(5);
  const { deliver } = await consumer(1);
  for (const sequence of [4, 5, 6]) deliver(sequence, 0);
  expect(entries).toEqual([6]);
});

test('a server that stays behind is left for another', async () => {
  begin(5);
  const first = await consumer(1);
  known = 7;
  for (let heartbeat = 0; heartbeat < 3; heartbeat++) first.heartbeat(5);
  const second = await consumer(2);
  expect({ isClosed: first.isClosed, from: second.from }).toEqual({ isClosed: true, from: 6 });
});

test('who is told to end while the stream is asked for its state follows nothing', async () => {
  begin(0);
  stop.abort();
  await following;
  expect(servers.consumers.every(({ isClosed }) => isClosed)).toBe(true);
});

test('a server that died says nothing: another is tried after a second, and after twice as long each time', async () => {
  servers.answers = false;
  begin(5);
  for (const [index, waitsMs] of [1_000, 2_000, 4_000].entries()) {
    const silent = await consumer(index + 1);
    await clock.advance(waitsMs - 1);
    expect(silent.isClosed).toBe(false);
    await clock.advance(1);
    expect(silent.isClosed).toBe(true);
    await clock.advance(100);
  }
  servers.answers = true;
  const { deliver } = await consumer(4);
  deliver(6, 0);
  expect(entries).toEqual([6]);
});
