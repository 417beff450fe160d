import { type KubeObject, Pods } from '@kubernats/api';
import { apiSubjects, type Bus, MemoryBusServer, parseApiSubject, renewSubjects, watchSubject } from '@kubernats/bus';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { createClient } from '../client.ts';
import { encodeJson } from '../json.ts';
import type { FollowSink } from '../transport.ts';
import { decodeFrame, encodeFrame, type RequestHead, type WatchEventHead, type WatchRenewal } from '../wire.ts';
import { natsTransport } from './nats-transport.ts';

const IDENTITY = 'system:kube-scheduler';
const TARGET = { group: '', version: 'v1', resource: 'pods' };
const pod = (name: string, revision: number): KubeObject => ({
  metadata: { name, namespace: 'default', resourceVersion: String(revision) },
});

/** An API server that does what the test says. */
class ScriptedServer {
  readonly asked: string[] = [];
  readonly renewals: string[][] = [];
  items: KubeObject[] = [];
  revision = 10;
  epoch = 'first';
  /** What a list's answer is cut into. */
  chunks = 1;
  onList: () => void = () => {};
  /** It takes requests for objects, single ones or lists, and never answers them. */
  hangs = false;
  /** Nobody answers for this instance any more. */
  readonly die: () => void;
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
    bus.subscribe(apiSubjects('default'), (message) => {
      const parsed = parseApiSubject(message.subject);
      const { head } = decodeFrame<RequestHead>(message.data);
      this.asked.push(`${parsed?.identity} ${parsed?.verb} ${parsed?.resource} ${head.name ?? ''}`.trim());
      if (parsed?.verb === 'watch') {
        const grant = { id: 'w1', instance: 'server1', epoch: this.epoch, renewWithinMs: 30_000, heartbeatMs: 4_000 };
        return message.respond(encodeFrame({ code: 200 }, encodeJson(grant)));
      }
      if (this.hangs) return;
      if (parsed?.verb === 'list') return this.#list((data) => message.respond(data));
      if (!this.hangs)
        message.respond(encodeFrame({ code: 404 }, encodeJson(new StatusError('NotFound', 'pods "x" not found').toStatus())));
    });
    const renewed = bus.subscribe(renewSubjects('default', 'server1'), (message) => {
      this.renewals.push(decodeFrame<WatchRenewal>(message.data).head.ids);
      message.respond(new Uint8Array());
    });
    this.die = () => renewed.unsubscribe();
  }

  #list(respond: (data: Uint8Array) => void): void {
    const body = encodeJson({ metadata: { resourceVersion: String(this.revision) }, items: this.items });
    this.onList();
    const size = Math.ceil(body.length / this.chunks);
    for (let i = 0; i < this.chunks; i++) {
      respond(encodeFrame({ code: 200, more: i < this.chunks - 1 }, body.subarray(i * size, (i + 1) * size)));
    }
  }

  publish(type: WatchEventHead['type'], revision: number, previous: number, object?: KubeObject): void {
    const head: WatchEventHead = { type, epoch: this.epoch, revision, previous };
    this.#bus.publish(watchSubject('default', IDENTITY, 'w1'), encodeFrame(head, object && encodeJson(object)));
  }
}

async function setUp() {
  const clock = new SteppedClock();
  const server = new MemoryBusServer({ clock });
  const api = new ScriptedServer(server.connect({ identity: 'system:apiserver' }));
  const bus = server.connect({ identity: IDENTITY });
  const transport = natsTransport({ bus, cluster: 'default', identity: IDENTITY, clock, random: seededRandom(1) });
  const told: string[] = [];
  const name = (object: KubeObject) => object.metadata?.name;
  const sink: FollowSink = {
    replace: (objects, resourceVersion) => told.push(`[${objects.map(name)}]@${resourceVersion}`),
    changed: (type, object) => told.push(`${type} ${name(object)}`),
    failed: (error) => told.push(`failed: ${error instanceof Error ? error.message : error}`),
  };
  const stop = new AbortController();
  const follow = () => {
    const done = transport.follow(TARGET, sink, stop.signal);
    return { done };
  };
  return { clock, server, api, transport, told, follow, stop };
}

describe('requests over the bus', () => {
  test('an answer in chunks is put together', async () => {
    const { api, transport } = await setUp();
    api.items = [pod('a', 3), pod('b', 4)];
    api.chunks = 3;
    const list = await createClient(transport).kind(Pods).list();
    expect(list.items).toHaveLength(2);
    expect(api.asked).toEqual(['system:kube-scheduler list pods']);
  });

  test('an error of the API is a StatusError', async () => {
    const { transport } = await setUp();
    await expect(createClient(transport).kind(Pods).get('x', 'default')).rejects.toMatchObject({ reason: 'NotFound' });
  });
});

describe('requests that an API server took along when it died', () => {
  async function asked({ clock, api, transport, follow }: Awaited<ReturnType<typeof setUp>>): Promise<string[]> {
    follow();
    await clock.advance(0);
    api.hangs = true;
    const outcome: string[] = [];
    const failed = (error: StatusError) => outcome.push(`${error.reason}: ${error.message}`);
    void createClient(transport).kind(Pods).get('x', 'default').catch(failed);
    return outcome;
  }

  test('R2: they fail soon after it is gone', async () => {
    const world = await setUp();
    const outcome = await asked(world);
    world.api.die();
    await world.clock.advance(1_000);
    expect(outcome).toEqual(['Timeout: the API server that was asked is gone']);
  });

  test('R2: a list that a follower waits for fails then, too: it has a minute else', async () => {
    const { clock, api, follow, transport, told } = await setUp();
    follow();
    await clock.advance(0);
    api.hangs = true;
    const failures: string[] = [];
    const sink: FollowSink = {
      replace: () => failures.push('answered'),
      changed: () => {},
      failed: (error) => failures.push(error instanceof Error ? error.message : ''),
    };
    void transport.follow({ ...TARGET, resource: 'nodes' }, sink, new AbortController().signal);
    await clock.advance(100);
    api.die();
    await clock.advance(1_000);
    expect(told[0]).toBe('[]@10');
    expect(failures[0]).toBe('the API server that was asked is gone');
  });

  test('one that is only slow is waited for', async () => {
    const world = await setUp();
    const outcome = await asked(world);
    await world.clock.advance(9_000);
    expect(outcome).toEqual([]);
    expect(world.api.renewals.length).toBeGreaterThan(9);
    await world.clock.advance(1_000);
    expect(outcome).toEqual(['Timeout: no answer on kn.default.api.system:kube-scheduler.get._.pods within 10000 ms']);
  });
});

describe('following over the bus', () => {
  test('subscribes before it lists, and applies what came in between', async () => {
    const { clock, api, told, follow } = await setUp();
    api.items = [pod('a', 9)];
    api.onList = () => {
      api.publish('MODIFIED', 9, 0, pod('a', 9));
      api.publish('ADDED', 11, 9, pod('b', 11));
    };
    follow();
    await clock.advance(0);
    api.publish('DELETED', 12, 11, pod('a', 12));
    await clock.advance(0);
    expect(told).toEqual(['[a]@10', 'ADDED b', 'DELETED a']);
    expect(api.asked).toEqual(['system:kube-scheduler watch pods', 'system:kube-scheduler list pods']);
  });

  test('a gap makes it list again', async () => {
    const { clock, api, told, follow } = await setUp();
    follow();
    await clock.advance(0);
    api.revision = 13;
    api.items = [pod('a', 12), pod('b', 13)];
    api.publish('ADDED', 13, 12, pod('b', 13));
    await clock.advance(1_000);
    expect(told).toEqual(['[]@10', '[a,b]@13']);
  });

  test('a publisher that started anew makes it list again', async () => {
    const { clock, api, told, follow } = await setUp();
    follow();
    await clock.advance(0);
    api.epoch = 'second';
    api.publish('HEARTBEAT', 10, 0);
    await clock.advance(1_000);
    api.publish('ADDED', 11, 10, pod('a', 11));
    await clock.advance(0);
    expect(told).toEqual(['[]@10', '[]@10', 'ADDED a']);
  });

  test('heartbeats keep it calm, silence makes it list again', async () => {
    const { clock, api, told, follow } = await setUp();
    follow();
    for (let i = 0; i < 10; i++) {
      await clock.advance(4_000);
      api.publish('HEARTBEAT', 10, 0);
    }
    expect(told).toEqual(['[]@10']);
    await clock.advance(11_000);
    expect(told).toEqual(['[]@10', '[]@10']);
  });

  test('renews all its watches of one server in one message, and no more once it stopped', async () => {
    const { clock, api, follow, stop } = await setUp();
    const { done } = follow();
    for (let i = 0; i < 3; i++) {
      await clock.advance(4_000);
      api.publish('HEARTBEAT', 10, 0);
    }
    expect(api.renewals).toEqual(Array.from({ length: 6 }, () => ['w1']));
    stop.abort();
    await done;
    await clock.advance(60_000);
    expect(api.renewals).toHaveLength(6);
  });

  test('R2: an API server that died is noticed at the next renewal, long before its heartbeats are missed', async () => {
    const { clock, api, told, follow } = await setUp();
    follow();
    await clock.advance(100);
    api.die();
    await clock.advance(4_000);
    expect(told).toContain('[]@10');
    expect(told.length).toBeGreaterThan(1);
  });

  test('an API server that is away is asked again until it is there', async () => {
    const clock = new SteppedClock();
    const server = new MemoryBusServer({ clock });
    const bus = server.connect({ identity: IDENTITY });
    const transport = natsTransport({ bus, cluster: 'default', identity: IDENTITY, clock, random: seededRandom(1) });
    const told: string[] = [];
    const sink: FollowSink = { replace: () => told.push('replaced'), changed: () => {}, failed: () => told.push('failed') };
    void transport.follow(TARGET, sink, new AbortController().signal);
    await clock.advance(300);
    expect(told.length).toBeGreaterThan(1);
    new ScriptedServer(server.connect({ identity: 'system:apiserver' }));
    await clock.advance(3_000);
    expect(told.at(-1)).toBe('replaced');
  });
});
