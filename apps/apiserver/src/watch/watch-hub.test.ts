import type { Buffer } from 'node:buffer';
import { type KindRow, kindByResource } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { expired } from '@kubernats/errors';
import { MemoryStore } from '@kubernats/store';
import { expect, test } from 'vitest';
import { EVERYTHING } from '../cache/cache.fixture.ts';
import { type Held, serialise } from '../cache/stored.ts';
import { StreamCache } from '../cache/stream-cache.ts';
import type { WatchPlan } from '../call.ts';
import type { Place } from '../core.ts';
import { viewOf } from '../encode/view.ts';
import { WatchHub } from './watch-hub.ts';

const ROW = kindByResource('', 'v1', 'configmaps') as KindRow;
const HOUR: WatchPlan = { selection: EVERYTHING, after: undefined, bookmarks: false, initialEventsEnd: false, timeoutMs: 3_600_000 };

async function setUp() {
  const clock = new SteppedClock();
  const store = new MemoryStore();
  const stream = new StreamCache(
    { store, clock, log: { error: () => {} } },
    { ring: { minEvents: 2, maxEvents: 2, keepMs: 0 }, indexes: {}, freshWithinMs: 1000 },
  );
  await stream.start();
  const place: Place = { row: ROW, store, stream, cache: stream.resource('', 'configmaps') };
  const hub = new WatchHub(clock, () => ({ sent() {}, made() {} }));
  const view = viewOf(ROW, 'object', undefined, clock);
  const put = async (name: string, text = '') => {
    const object: Held = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: 'ns', annotations: { text } } };
    await store.create({ group: '', resource: 'configmaps', namespace: 'ns', name }, serialise(object));
    await stream.fresh();
  };
  const watch = (plan: Partial<WatchPlan> = {}, reads = { room: undefined as Promise<void> | undefined }) => {
    const writes: Buffer[] = [];
    const seen: string[] = [];
    const member = {
      write(frames: Buffer) {
        writes.push(frames);
        for (const line of frames.toString().trim().split('\n')) {
          const { type, object } = JSON.parse(line);
          seen.push(`${type} ${object.metadata?.name ?? object.reason ?? object.metadata?.resourceVersion}`);
        }
      },
      get room() {
        return reads.room;
      },
      end: () => seen.push('END'),
    };
    return { seen, writes, leave: hub.join(place, { ...HOUR, ...plan }, view, member) };
  };
  return { clock, hub, place, put, watch };
}

test('watchers of the same get the same bytes, made once', async () => {
  const { put, watch, place } = await setUp();
  let made = 0;
  const [a, b] = [watch(), watch()];
  place.cache.watches.subscribe(EVERYTHING, { change: () => made++, lost: () => {} });
  await put('x');
  expect(a.seen).toEqual(['ADDED x']);
  expect(a.writes[0]).toBe(b.writes[0]);
  expect(made).toBe(1);
});

test('few watchers hear at once; for many, changes are gathered for a moment', async () => {
  const { clock, put, watch } = await setUp();
  const few = watch();
  await put('a');
  expect(few.seen).toEqual(['ADDED a']);
  const many = Array.from({ length: 10 }, () => watch({ after: 1 }));
  await put('b');
  expect(many[0]?.seen, 'the first goes out').toEqual(['ADDED b']);
  await put('c');
  await put('d');
  expect(many[0]?.seen).toEqual(['ADDED b']);
  await clock.advance(25);
  expect(many[9]?.seen).toEqual(['ADDED b', 'ADDED c', 'ADDED d']);
  expect(many[9]?.writes).toHaveLength(2);
  const late = watch();
  expect(late.seen).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED d']);
});

test('who comes while changes are gathered misses none and sees none twice', async () => {
  const { clock, put, watch } = await setUp();
  const many = Array.from({ length: 10 }, () => watch());
  await put('a');
  await put('b');
  const late = watch();
  await clock.advance(25);
  expect(late.seen).toEqual(['ADDED a', 'ADDED b']);
  expect(many[0]?.seen).toEqual(['ADDED a', 'ADDED b']);
});

test('a watch ends when its time is up, with a last bookmark for those who want one', async () => {
  const { clock, put, watch, hub } = await setUp();
  const plain = watch({ timeoutMs: 10_000 });
  const marked = watch({ timeoutMs: 10_000, bookmarks: true });
  const long = watch();
  await put('a');
  await clock.advance(10_000);
  expect(plain.seen).toEqual(['ADDED a', 'END']);
  expect(marked.seen).toEqual(['ADDED a', 'BOOKMARK 1', 'END']);
  expect(long.seen).toEqual(['ADDED a']);
  expect(hub.size).toBe(1);
  long.leave();
  long.leave();
  expect(hub.size).toBe(0);
});

test('a bookmark comes every minute, at the version that was reached', async () => {
  const { clock, put, watch } = await setUp();
  const marked = watch({ bookmarks: true });
  const plain = watch();
  await put('a');
  await put('b');
  await clock.advance(60_000);
  expect(marked.seen).toEqual(['ADDED a', 'ADDED b', 'BOOKMARK 2']);
  await clock.advance(60_000);
  expect(marked.seen.slice(3)).toEqual(['BOOKMARK 2']);
  expect(plain.seen).toEqual(['ADDED a', 'ADDED b']);
});

test('a version that has left the ring, and a history that is lost, end with an error', async () => {
  const { put, watch, place, hub } = await setUp();
  for (const name of ['a', 'b', 'c', 'd']) await put(name);
  expect(watch({ after: 1 }).seen).toEqual(['ERROR Expired', 'END']);
  expect(hub.size).toBe(0);
  const good = watch({ after: 2 });
  expect(good.seen).toEqual(['ADDED c', 'ADDED d']);
  place.cache.watches.lose(expired('gone'));
  expect(good.seen.slice(2)).toEqual(['ERROR Expired', 'END']);
  expect(hub.size).toBe(0);
});

test('the end of the initial events is marked', async () => {
  const { put, watch } = await setUp();
  await put('a');
  const { seen, writes } = watch({ bookmarks: true, initialEventsEnd: true });
  expect(seen).toEqual(['ADDED a', 'BOOKMARK 1']);
  expect(writes[0]?.toString()).toContain('"annotations":{"k8s.io/initial-events-end":"true"}');
});

test('a closed hub ends all', async () => {
  const { watch, hub } = await setUp();
  const [a, b] = [watch(), watch({ bookmarks: true })];
  hub.close();
  expect([a.seen, b.seen]).toEqual([['END'], ['END']]);
});

/** A reader that takes nothing more until it is told to. */
function slowReader() {
  let reading = Promise.withResolvers<void>();
  return {
    get room(): Promise<void> | undefined {
      return reading.promise;
    },
    async read() {
      const { resolve } = reading;
      reading = Promise.withResolvers();
      resolve();
      await Promise.resolve();
    },
  };
}

test('a slow reader gets what there is piece by piece, then what has happened meanwhile, each once', async () => {
  const { put, watch } = await setUp();
  const large = 'x'.repeat(200 * 1024);
  for (const name of ['a', 'b', 'c', 'd']) await put(name, large);
  const reader = slowReader();
  const slow = watch({ bookmarks: true, initialEventsEnd: true }, reader);
  expect(slow.seen, 'no more than a piece').toEqual(['ADDED a', 'ADDED b']);
  const quick = watch({ after: 4 });
  await put('e');
  expect(slow.seen).toEqual(['ADDED a', 'ADDED b']);
  expect(quick.seen).toEqual(['ADDED e']);
  await reader.read();
  expect(slow.seen.slice(2)).toEqual(['ADDED c', 'ADDED d']);
  await reader.read();
  await reader.read();
  expect(slow.seen.slice(4)).toEqual(['BOOKMARK 4', 'ADDED e']);
  await put('f');
  expect(slow.seen.at(-1)).toBe('ADDED f');
});

test('a reader that is too slow to be told what happened meanwhile is told so', async () => {
  const { put, watch, hub } = await setUp();
  await put('a', 'x'.repeat(300 * 1024));
  const reader = slowReader();
  const slow = watch({}, reader);
  for (const name of ['b', 'c', 'd']) await put(name);
  await reader.read();
  expect(slow.seen).toEqual(['ADDED a', 'ERROR Expired', 'END']);
  expect(hub.size).toBe(0);
});
