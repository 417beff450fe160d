import { RevisionCompacted, RevisionConflict, type Store, type StoreEntry, type StoreKey } from '@kubernats/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

export interface StoreSubject extends AsyncDisposable {
  /** One more participant at the same log. */
  open(): Promise<Store>;
}

const text = (value: Uint8Array): string => new TextDecoder().decode(value);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const pod = (name: string, namespace = 'default'): StoreKey => ({ group: '', resource: 'pods', namespace, name });

/** Follows into a list; `until` resolves once the condition holds. */
export function collect(store: Store, after = 0) {
  const entries: StoreEntry[] = [];
  const abort = new AbortController();
  let check = (): void => {};
  let caughtUp: number | undefined;
  const ended = store.follow({
    after,
    signal: abort.signal,
    onEntry: (entry) => {
      entries.push(entry);
      check();
    },
    onCaughtUp: (revision) => {
      caughtUp = revision;
      check();
    },
  });
  const until = (condition: () => boolean): Promise<void> =>
    Promise.race([
      new Promise<void>((resolve) => {
        check = () => condition() && resolve();
        check();
      }),
      ended.then(() => Promise.reject(new Error('following ended'))),
    ]);
  const stop = (): Promise<void> => {
    abort.abort();
    return ended;
  };
  return { entries, until, stop, ended, caughtUp: () => caughtUp };
}

/** What every `Store` does. */
export function storeContract(name: string, makeSubject: () => Promise<StoreSubject>): void {
  describe(`store contract: ${name}`, () => {
    let subject: StoreSubject;
    let store: Store;
    beforeEach(async () => {
      subject = await makeSubject();
      store = await subject.open();
    });
    afterEach(() => subject[Symbol.asyncDispose]());

    test('what was created is read back, with its revision', async () => {
      const revision = await store.create(pod('a'), bytes('one'));
      const entry = await store.get(pod('a'));
      expect(entry && { ...entry, value: text(entry.value) }).toEqual({ key: pod('a'), revision, value: 'one', deleted: false });
      expect(await store.get(pod('b'))).toBeUndefined();
      expect(await store.lastRevision()).toBe(revision);
    });

    test('revisions order all writes', async () => {
      const a = await store.create(pod('a'), bytes('1'));
      const b = await store.create(pod('b'), bytes('1'));
      const a2 = await store.update(pod('a'), bytes('2'), a);
      expect([a < b, b < a2]).toEqual([true, true]);
    });

    test('a taken key is not created again, and the conflict tells what is there', async () => {
      const revision = await store.create(pod('a'), bytes('one'));
      const conflict = await store.create(pod('a'), bytes('two')).catch((error: unknown) => error);
      expect(conflict).toBeInstanceOf(RevisionConflict);
      expect((conflict as RevisionConflict).current?.revision).toBe(revision);
      expect(text((await store.get(pod('a')))?.value ?? bytes(''))).toBe('one');
    });

    test('an update of a stale revision changes nothing', async () => {
      const first = await store.create(pod('a'), bytes('1'));
      const second = await store.update(pod('a'), bytes('2'), first);
      const conflict = await store.update(pod('a'), bytes('3'), first).catch((error: unknown) => error);
      expect((conflict as RevisionConflict).current?.revision).toBe(second);
      await expect(store.update(pod('none'), bytes('1'), 7)).rejects.toBeInstanceOf(RevisionConflict);
      await expect(store.delete(pod('a'), bytes('2'), first)).rejects.toBeInstanceOf(RevisionConflict);
      expect(text((await store.get(pod('a')))?.value ?? bytes(''))).toBe('2');
    });

    test('a deleted key is free again', async () => {
      const first = await store.create(pod('a'), bytes('1'));
      const tombstone = await store.delete(pod('a'), bytes('1'), first);
      expect(await store.get(pod('a'))).toBeUndefined();
      await expect(store.update(pod('a'), bytes('2'), first)).rejects.toBeInstanceOf(RevisionConflict);
      const again = await store.create(pod('a'), bytes('new'));
      expect(again).toBeGreaterThan(tombstone);
    });

    test('of many who create one key at the same time exactly one succeeds', async () => {
      const others = await Promise.all([subject.open(), subject.open()]);
      const tries = [store, ...others].flatMap((participant) =>
        Array.from({ length: 10 }, (_, n) => participant.create(pod('a'), bytes(String(n)))),
      );
      const results = await Promise.allSettled(tries);
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      expect(results.every((result) => result.status === 'fulfilled' || result.reason instanceof RevisionConflict)).toBe(true);
    });

    test('of many who update one revision at the same time exactly one succeeds', async () => {
      const others = await Promise.all([subject.open(), subject.open()]);
      let revision = await store.create(pod('a'), bytes('0'));
      for (let round = 0; round < 10; round++) {
        const tries = [store, ...others].flatMap((participant) =>
          Array.from({ length: 5 }, (_, n) => participant.update(pod('a'), bytes(String(n)), revision)),
        );
        const results = await Promise.allSettled(tries);
        const written = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
        expect(written).toHaveLength(1);
        expect(results.every((result) => result.status === 'fulfilled' || result.reason instanceof RevisionConflict)).toBe(true);
        revision = written[0] ?? 0;
      }
    });

    test('a list holds what lives under the prefix, by key', async () => {
      for (const key of [pod('b'), pod('a'), pod('c', 'other'), { ...pod('a'), resource: 'podsx' }])
        await store.create(key, bytes(key.name));
      const gone = await store.create(pod('gone'), bytes('x'));
      await store.delete(pod('gone'), bytes('x'), gone);
      const names = async (namespace?: string): Promise<string[]> =>
        (await store.list({ group: '', resource: 'pods', ...(namespace === undefined ? {} : { namespace }) })).map(
          (entry) => entry.key.name,
        );
      expect(await names('default')).toEqual(['a', 'b']);
      expect(await names()).toEqual(['a', 'b', 'c']);
      expect(await store.list({ group: 'none', resource: 'pods' })).toEqual([]);
    });

    test('names with dots, wildcards and empty parts stay apart', async () => {
      const keys = [
        pod('a.b'),
        pod('a'),
        pod('*'),
        pod('>'),
        { ...pod('x'), namespace: '' },
        { ...pod('_'), namespace: '_' },
        { ...pod('a'), group: 'apps.example.com' },
      ];
      for (const [index, key] of keys.entries()) await store.create(key, bytes(String(index)));
      for (const [index, key] of keys.entries()) {
        const entry = await store.get(key);
        expect([entry?.key, text(entry?.value ?? bytes(''))]).toEqual([key, String(index)]);
      }
    });

    test('a follower sees what is kept, then every write once and in order, tombstones with the last object', async () => {
      const first = await store.create(pod('a'), bytes('1'));
      const follower = collect(await subject.open());
      await follower.until(() => follower.caughtUp() !== undefined);
      expect(follower.caughtUp()).toBeGreaterThanOrEqual(first);
      const second = await store.update(pod('a'), bytes('2'), first);
      const third = await store.delete(pod('a'), bytes('2'), second);
      await follower.until(() => follower.entries.length === 3);
      expect(follower.entries.map((entry) => [entry.revision, text(entry.value), entry.deleted])).toEqual([
        [first, '1', false],
        [second, '2', false],
        [third, '2', true],
      ]);
      await follower.stop();
    });

    test('a follower that comes back goes on where it stopped', async () => {
      const a = await store.create(pod('a'), bytes('1'));
      await store.create(pod('b'), bytes('1'));
      const follower = collect(store, a);
      await follower.until(() => follower.entries.length === 1);
      expect(follower.entries[0]?.key.name).toBe('b');
      await follower.stop();
    });

    test('an empty log is caught up with at once', async () => {
      const follower = collect(store);
      await follower.until(() => follower.caughtUp() === 0);
      await follower.stop();
    });

    test('compaction trims tombstones, and a follower behind it is told to load anew', async () => {
      const a = await store.create(pod('a'), bytes('1'));
      const b = await store.create(pod('b'), bytes('1'));
      const tombstone = await store.delete(pod('a'), bytes('1'), a);
      await store.compact(tombstone);
      const fresh = collect(store);
      await fresh.until(() => fresh.caughtUp() !== undefined);
      expect(fresh.entries.map((entry) => entry.key.name)).toEqual(['b']);
      await fresh.stop();
      await expect(collect(store, b).ended).rejects.toBeInstanceOf(RevisionCompacted);
      const current = collect(store, tombstone);
      await current.until(() => current.caughtUp() !== undefined);
      await current.stop();
      expect(await store.create(pod('a'), bytes('again'))).toBeGreaterThan(tombstone);
    });

    test('a revision that the log never had is refused', async () => {
      await store.create(pod('a'), bytes('1'));
      await expect(collect(store, 1_000_000).ended).rejects.toBeInstanceOf(RevisionCompacted);
    });

    test('a closed store says so', async () => {
      await store[Symbol.asyncDispose]();
      await expect(store.create(pod('a'), bytes('1'))).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    });
  });
}
