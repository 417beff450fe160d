import { type Clock, realClock, realIds } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { openJetStreamStore, type Store } from '@kubernats/store';
import { expect, test } from 'vitest';
import { startNatsServer, type TestNatsServer } from '../src/adapters/nats-server.ts';
import { collect } from '../src/contracts/store.ts';

const MB = 1_000_000;
/** Tombstones are trimmed after ten seconds, which nobody waits for here. */
const TRIM_AFTER_MS = 10_000;
const clock: Clock = {
  now: () => realClock.now(),
  monotonic: () => realClock.monotonic(),
  sleep: (ms, signal) => realClock.sleep(ms, signal),
  setTimer: (ms, run) => realClock.setTimer(ms === TRIM_AFTER_MS ? 50 : ms, run),
};
const openAt = (server: TestNatsServer): Promise<Store> =>
  openJetStreamStore({ url: server.url, cluster: 'test', identity: 'system:apiserver', name: 'state', clock, ids: realIds });
const key = (name: string) => ({ group: '', resource: 'configmaps', namespace: 'default', name });

test('R2: a full store refuses writes and is read; deletions go on, and after them writes do', async () => {
  await using server = await startNatsServer({ maxFileBytes: 12 * MB });
  await using store = await openAt(server);
  const follower = collect(store);
  const revisions: number[] = [];
  let refusal: unknown;
  while (refusal === undefined && revisions.length < 100) {
    await store.create(key(`${revisions.length}`), new Uint8Array(MB)).then(
      (revision) => revisions.push(revision),
      (error: unknown) => {
        refusal = error;
      },
    );
  }
  expect(refusal).toBeInstanceOf(StatusError);
  expect(refusal).toMatchObject({ code: 500, retryable: false, message: expect.stringContaining('the store is full') });
  await expect(store.update(key('0'), new Uint8Array(1), revisions[0] ?? 0)).rejects.toThrow('the store is full');

  expect(await store.list({ group: '', resource: 'configmaps' })).toHaveLength(revisions.length);
  expect(await store.lastRevision()).toBe(revisions.at(-1));
  await follower.until(() => follower.entries.length === revisions.length);

  for (const [n, revision] of revisions.entries()) await store.delete(key(`${n}`), new Uint8Array(MB), revision);
  await follower.until(() => follower.entries.filter(({ deleted }) => deleted).length === revisions.length);
  // Their tombstones take as much space as they did, and go when everybody has seen them.
  const written = () => store.create(key('new'), new Uint8Array(1)).catch(() => undefined);
  await expect.poll(written).toBeGreaterThan(revisions.at(-1) ?? 0);
  await follower.stop();
});
