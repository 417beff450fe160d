import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock, realIds } from '@kubernats/clock';
import { openJetStreamStore, StateRefused, type Store } from '@kubernats/store';
import { startNatsServer, type TestNatsServer } from '@kubernats/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../src/failure.ts';
import { type Logs, withLogs } from '../src/snapshot/logs.ts';
import { restoreSnapshot } from '../src/snapshot/restore.ts';
import { saveSnapshot } from '../src/snapshot/save.ts';
import { inspectSnapshot } from '../src/snapshot/snapshot-reader.ts';

let server: TestNatsServer;
let folder: string;
let file: string;
/** A cluster whose snapshot `file` is. */
let saved: string;
beforeAll(async () => {
  server = await startNatsServer();
  folder = mkdtempSync(join(tmpdir(), 'kubernats-snapshot-'));
  file = join(folder, 'a.snap');
  saved = await clusterWith({ a: '{"metadata":{"name":"a"}}', b: '{"metadata":{"name":"b","x":"\\n → 中"}}' });
  await using state = await openLog(saved, 'state');
  const entry = await state.get(key('b'));
  await state.delete(key('b'), entry?.value ?? new Uint8Array(), entry?.revision ?? 0);
  await state.create(key('c.d'), bytes('{"metadata":{"name":"c.d"}}'));
  await save(saved, file);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const LOGS = ['state', 'events', 'leases'] as const;
const key = (name: string) => ({ group: '', resource: 'configmaps', namespace: 'default', name });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const logs = <T>(cluster: string, use: (logs: Logs) => Promise<T>): Promise<T> =>
  withLogs(cluster, { url: server.url, creds: undefined }, use);
const openLog = (cluster: string, name: string): Promise<Store> =>
  openJetStreamStore({ url: server.url, cluster, identity: 'system:apiserver', name, clock: realClock, ids: realIds });
const save = (cluster: string, to: string, force = false) => logs(cluster, (all) => saveSnapshot(to, all, { cluster, nowMs: 0, force }));
const restore = async (cluster: string, from = file): Promise<void> => {
  const summary = await inspectSnapshot(from);
  await logs(cluster, (all) => restoreSnapshot(from, summary, all));
};

async function clusterWith(objects: Record<string, string>): Promise<string> {
  const cluster = `c${realIds.suffix(8)}`;
  for (const log of LOGS) {
    await using store = await openLog(cluster, log);
    for (const [name, text] of Object.entries(objects)) await store.create(key(name), bytes(text));
  }
  return cluster;
}

/** All that a log holds, by name, and its last revision. */
async function contentOf(cluster: string, log: string): Promise<{ objects: Record<string, string>; last: number }> {
  await using store = await openLog(cluster, log);
  const entries = await store.list({ group: '', resource: 'configmaps' });
  return {
    objects: Object.fromEntries(entries.map(({ key: { name }, value }) => [name, Buffer.from(value).toString()])),
    last: await store.lastRevision(),
  };
}

describe('snapshot save', () => {
  test('writes what is there, for its owner alone, and tells of it', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { head, end, sizeBytes } = await inspectSnapshot(file);
    expect(head).toMatchObject({ form: 1, cluster: saved, taken: '1970-01-01T00:00:00.000Z' });
    expect(end).toMatchObject({ objects: { state: 2, events: 2, leases: 2 }, revisions: { state: 4, events: 2, leases: 2 } });
    expect(sizeBytes).toBe(statSync(file).size);
  });

  test('does not overwrite unless it is told to, and leaves nothing behind when it fails', async () => {
    await expect(save(saved, file)).rejects.toThrow('is there already');
    await save(saved, file, true);
    await expect(save('never-made', join(folder, 'b.snap'))).rejects.toThrow('has no state yet');
    await expect(save(saved, join(folder, 'nowhere', 'b.snap'))).rejects.toThrow('cannot be written: ENOENT');
    expect(readdirSync(folder).filter((name) => name.includes('.new') || name.startsWith('b'))).toEqual([]);
  });
});

describe('a file that cannot be used is refused by name, before anything is changed', () => {
  const damaged = (name: string, damage: (to: string) => void): string => {
    const to = join(folder, name);
    copyFileSync(file, to);
    damage(to);
    return to;
  };
  const edit = (from: string, to: string) => (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));

  test.each<[string, (path: string) => void, string]>([
    ['truncated', (path) => truncateSync(path, statSync(path).size - 400), 'it ends in the middle'],
    ['without an end', edit('"end":true', '"nod":true'), 'it holds a line that is no entry'],
    ['changed', edit('"name":"c.d"', '"name":"c.e"'), 'its checksum is another one'],
    ['longer', (path) => writeFileSync(path, 'more\n', { flag: 'a' }), 'something follows behind its end'],
    ['foreign', (path) => writeFileSync(path, 'SQLite format 3\0'.repeat(10_000)), 'it is not made of lines'],
    ['empty', (path) => writeFileSync(path, ''), 'it does not begin as one does'],
    [
      'newer',
      edit('"form":1,"version":"0.1.0"', '"form":2,"version":"0.9.0"'),
      'it was made by kubernats 0.9.0 (form 2), and this is 0.1.0',
    ],
    ['missing', (path) => rmSync(path), 'ENOENT'],
  ])('%s', async (name, damage, why) => {
    const target = await clusterWith({ x: '{}' });
    const before = await contentOf(target, 'state');
    const path = damaged(`${name}.snap`, damage);
    await expect(restore(target, path)).rejects.toThrow(Failure);
    await expect(restore(target, path)).rejects.toThrow(why);
    expect(await contentOf(target, 'state')).toEqual(before);
  });
});

describe('snapshot restore', () => {
  const OBJECTS = { a: '{"metadata":{"name":"a"}}', 'c.d': '{"metadata":{"name":"c.d"}}' };

  test('puts everything back, removes what came later, and moves revisions forward', async () => {
    const target = await clusterWith({ a: '{}', later: '{}', more: '{}', 'even-more': '{}', last: '{}' });
    await restore(target);
    const state = await contentOf(target, 'state');
    expect(state.objects).toEqual(OBJECTS);
    expect(state.last).toBeGreaterThan(1_000_000);
    expect(Object.keys((await contentOf(target, 'events')).objects)).toEqual(['a', 'b']);
    await restore(target);
    expect((await contentOf(target, 'state')).last).toBeGreaterThan(state.last);
  });

  test('is refused while an API server follows the state, and changes nothing', async () => {
    const target = await clusterWith({ x: '{}' });
    await using store = await openLog(target, 'events');
    const stop = new AbortController();
    await new Promise<void>((resolve) => {
      void store.follow({ after: 0, signal: stop.signal, onEntry: () => {}, onCaughtUp: () => resolve() });
    });
    await expect(restore(target)).rejects.toThrow('an API server follows the state: stop all API servers first');
    expect((await contentOf(target, 'state')).objects).toEqual({ x: '{}' });
    stop.abort();
  });

  test('makes a new cluster, beyond the revisions of the old one', async () => {
    await restore('brand-new');
    const { objects, last } = await contentOf('brand-new', 'state');
    expect(objects).toEqual(OBJECTS);
    expect(last).toBeGreaterThan((await inspectSnapshot(file)).end.revisions.state);
  });

  test('R2: interrupted at any step, now and then with the NATS server, the cluster is as before or is not served until it is restored', async () => {
    const summary = await inspectSnapshot(file);
    let steps = 0;
    for (let dieAt = 1; ; dieAt++) {
      const target = await clusterWith({ x: '{}' });
      const before = await contentOf(target, 'state');
      steps = 0;
      const step = (): void => {
        if (++steps === dieAt) throw new Error('killed');
      };
      const outcome = await logs(target, (all) => restoreSnapshot(file, summary, stepped(all, step))).then(
        () => 'done',
        () => 'killed',
      );
      if (outcome === 'done') break;
      if (dieAt % 5 === 0) {
        await server.kill('SIGKILL');
        await server.start();
      }
      const all = await Promise.all(
        LOGS.map((log) =>
          contentOf(target, log).catch((error: unknown) => {
            if (error instanceof StateRefused) return undefined;
            throw error;
          }),
        ),
      );
      // Served means whole: as before, or (when it died at its last step) restored.
      if (all.every((content) => content !== undefined)) expect([before.objects, OBJECTS]).toContainEqual(all[0]?.objects);
      await restore(target);
      const after = await contentOf(target, 'state');
      expect(after.objects).toEqual(OBJECTS);
      expect(after.last).toBeGreaterThan(before.last);
    }
    expect(steps).toBeGreaterThan(20);
  });
});

/** The same logs; each call of one is a step, before and after which a crash may come. */
function stepped(logs: Logs, step: () => void): Logs {
  const proxied = Object.entries(logs).map(([name, tool]) => [
    name,
    new Proxy(tool, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          step();
          return value.apply(target, args);
        };
      },
    }),
  ]);
  return Object.fromEntries(proxied) as Logs;
}
