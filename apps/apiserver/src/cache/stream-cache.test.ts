import { SteppedClock } from '@kubernats/clock';
import { type FollowOptions, MemoryStore, RevisionCompacted, type StoreEntry, type StoreKey } from '@kubernats/store';
import { expect, test } from 'vitest';
import { EVERYTHING, storedOf } from './cache.fixture.ts';
import { serialise } from './stored.ts';
import { StreamCache } from './stream-cache.ts';

const RING = { minEvents: 4, maxEvents: 100, keepMs: 1000 };
const key = (name: string): StoreKey => ({ group: '', resource: 'things', namespace: 'ns', name });
const raw = (name: string) => serialise(storedOf(name, 1).object);

/** A store whose follower is driven by hand. */
class HandStore extends MemoryStore {
  follower: FollowOptions | undefined;
  last = 0;
  #compacted: (() => void) | undefined;

  override follow(options: FollowOptions): Promise<void> {
    this.follower = options;
    return new Promise((resolve, reject) => {
      options.signal.addEventListener('abort', () => resolve());
      this.#compacted = () => reject(new RevisionCompacted(this.last));
    });
  }

  override async lastRevision(): Promise<number> {
    return this.last;
  }

  put(name: string, revision: number, deleted = false): void {
    this.last = revision;
    this.follower?.onEntry({ key: key(name), revision, value: raw(name), deleted } satisfies StoreEntry);
  }

  caughtUp(): void {
    this.follower?.onCaughtUp?.(this.last);
  }

  async compactAway(): Promise<void> {
    const before = this.follower;
    this.#compacted?.();
    while (this.follower === before) await Promise.resolve();
  }
}

async function started() {
  const store = new HandStore();
  const clock = new SteppedClock();
  const errors: object[] = [];
  const log = { error: (details: object) => errors.push(details) };
  const stream = new StreamCache({ store, clock, log }, { ring: RING, indexes: {}, freshWithinMs: 3000 });
  const ready = stream.start();
  store.put('a', 1);
  store.put('b', 2);
  store.caughtUp();
  await ready;
  return { store, clock, stream, errors, things: stream.resource('', 'things') };
}

const names = (things: { values(): Iterable<{ name: string }> }) => [...things.values()].map(({ name }) => name).sort();

test('what is loaded makes no events, and history begins after it', async () => {
  const { stream, things } = await started();
  expect(names(things)).toEqual(['a', 'b']);
  expect(stream.revision).toBe(2);
  expect(things.floor).toBe(2);
  expect(things.eventsAfter(2)).toEqual([]);
});

test('an observer hears of what was loaded, and of every change', async () => {
  const { store, things } = await started();
  const seen: string[] = [];
  things.observe((now, before) => seen.push(`${before?.revision ?? '-'}>${now?.revision ?? '-'}`));
  store.put('a', 3);
  store.put('b', 4, true);
  expect(seen).toEqual(['->1', '->2', '1>3', '2>-']);
});

test('a read of a revision that has not come yet waits for it, and says so when it does not come', async () => {
  const { store, clock, stream } = await started();
  const third = stream.waitFor(3);
  store.put('a', 3);
  await third;
  const ninth = expect(stream.waitFor(9)).rejects.toMatchObject({
    reason: 'Timeout',
    message: 'Timeout: Too large resource version: 9, current: 3',
  });
  await clock.advance(3000);
  await ninth;
});

test('when the history is gone, watches end and everything is loaded again', async () => {
  const { store, stream, things } = await started();
  const lost: string[] = [];
  things.watches.subscribe(EVERYTHING, { change: () => {}, lost: (error) => lost.push(error?.reason ?? '') });
  const observed: string[] = [];
  things.observe((now, before) => observed.push(now?.name ?? `-${before?.name}`));
  observed.length = 0;
  await store.compactAway();
  expect(lost).toEqual(['Expired']);
  expect(stream.isReady).toBe(false);
  let isFresh = false;
  const fresh = stream.fresh().then(() => (isFresh = true));
  store.put('b', 7);
  await Promise.resolve();
  expect(isFresh, 'half of it is no answer').toBe(false);
  expect(names(things), 'who has to decide meanwhile still has the old').toEqual(['a', 'b']);
  store.caughtUp();
  await fresh;
  expect(names(things)).toEqual(['b']);
  expect(observed).toEqual(['b', '-a']);
  expect(things.floor).toBe(7);
});

test('an entry that is no object is left out, and the next one is served', async () => {
  const { store, stream, errors, things } = await started();
  store.follower?.onEntry({ key: key('bad'), revision: 3, value: Uint8Array.of(1, 2), deleted: false });
  store.put('c', 4);
  expect(names(things)).toEqual(['a', 'b', 'c']);
  expect(stream.revision).toBe(4);
  expect(errors).toHaveLength(1);
});

test('its own write is not parsed again', async () => {
  const { store, stream, things } = await started();
  const { object } = storedOf('own', 1);
  const write = { raw: serialise(object), object, stored: undefined };
  stream.expect(key('own'), write);
  store.follower?.onEntry({ key: key('own'), revision: 3, value: write.raw, deleted: false });
  const stored = stream.acknowledged(key('own'), write, 3);
  expect(things.get('ns', 'own')).toBe(stored);
  expect(stored.object).toBe(object);
});
