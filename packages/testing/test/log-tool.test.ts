import { connectToNats } from '@kubernats/bus';
import { realClock, realIds } from '@kubernats/clock';
import { openJetStreamStore, openLogTool, RevisionCompacted, StateRefused, type Store } from '@kubernats/store';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startNatsServer, type TestNatsServer } from '../src/adapters/nats-server.ts';
import { collect } from '../src/contracts/store.ts';

let server: TestNatsServer;
let cluster: string;
beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  cluster = realIds.suffix(8);
});

const key = (name: string) => ({ group: '', resource: 'configmaps', namespace: 'default', name });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const options = () => ({
  ...{ url: server.url, cluster, identity: 'system:apiserver', name: 'state', clock: realClock, ids: realIds, version: '0.1.0' },
});
const openStore = (): Promise<Store> => openJetStreamStore(options());
const openTool = () => openLogTool(options());

test('a copy under a flood of writes is the state at one revision', async () => {
  await using store = await openStore();
  const revisions = new Map<string, number>();
  for (let n = 0; n < 200; n++) revisions.set(`${n}`, await store.create(key(`${n}`), bytes('0')));
  // What was written, in order: the state at any revision can be told from it.
  const history: { name: string; revision: number }[] = [...revisions].map(([name, revision]) => ({ name, revision }));
  let stop = false;
  const flood = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = writer; !stop; n = (n + 8) % 200) {
      const revision = await store.update(key(`${n}`), bytes('more'), revisions.get(`${n}`) ?? 0);
      revisions.set(`${n}`, revision);
      history.push({ name: `${n}`, revision });
    }
  });
  await using tool = await openTool();
  const copied = new Map<string, number>();
  const at = await tool.copy((entry) => copied.set(entry.key.name, entry.revision));
  stop = true;
  await Promise.all(flood);
  const expected = new Map<string, number>();
  for (const { name, revision } of history.sort((a, b) => a.revision - b.revision)) if (revision <= at) expected.set(name, revision);
  expect(copied).toEqual(expected);
});

describe('a log that is being replaced', () => {
  test('is not served, whoever opens it; afterwards its revisions have moved forward, and it survives a crash of the server', async () => {
    const before = await openStore();
    const last = await before.create(key('gone'), bytes('{}'));
    await before[Symbol.asyncDispose]();
    await using tool = await openTool();
    await tool.beginRestore('backup.snap');
    await expect(openStore()).rejects.toThrow(StateRefused);
    await expect(openStore()).rejects.toThrow('is half restored from backup.snap');
    await tool.empty(last + 1000);
    await tool.put(key('back'), bytes('{"a":1}'));
    await tool.flush();
    await tool.endRestore(last + 1000, 1);
    await server.kill('SIGKILL');
    await server.start();
    await using after = await openStore();
    expect(await after.get(key('gone'))).toBeUndefined();
    expect(await after.get(key('back'))).toMatchObject({ revision: last + 1000 });
    expect(await after.create(key('next'), bytes('{}'))).toBe(last + 1001);
    await expect(collect(after, last).ended).rejects.toThrow(RevisionCompacted);
  });

  test('with a follower it is known to have one, and is served as before when the restore is abandoned', async () => {
    await using store = await openStore();
    const follower = collect(store);
    await follower.until(() => follower.caughtUp() !== undefined);
    await using tool = await openTool();
    await tool.beginRestore('backup.snap');
    await expect.poll(() => tool.isFollowed()).toBe(true);
    await tool.abandonRestore();
    await (await openStore())[Symbol.asyncDispose]();
    await follower.stop();
    await expect.poll(() => tool.isFollowed()).toBe(false);
  });

  test('that does not hold what it should is not served', async () => {
    await using tool = await openTool();
    await tool.beginRestore('backup.snap');
    await tool.empty(10);
    await expect(tool.endRestore(10, 1)).rejects.toThrow('holds 0 entries instead of 1');
    await expect(openStore()).rejects.toThrow(StateRefused);
  });
});

describe('versions', () => {
  const describeStream = async (description: string | undefined): Promise<unknown> => {
    const connection = await connectToNats(options());
    try {
      const ask = async (what: string, body: object) =>
        JSON.parse(new TextDecoder().decode((await connection.request(`$JS.API.${what}`, JSON.stringify(body))).data));
      const stream = `kn-${cluster}-state`;
      const { config } = await ask(`STREAM.INFO.${stream}`, {});
      if (description !== undefined) await ask(`STREAM.UPDATE.${stream}`, { ...config, description });
      return config.description;
    } finally {
      await connection.close();
    }
  };

  test.each([
    ['told of its compaction alone', 'compacted to 1', 1],
    ['was never compacted', '', 0],
  ])('a log of the first version that %s is opened, and marked', async (_, description, compactedTo) => {
    const first = await openStore();
    for (const name of ['a', 'b', 'c']) await first.create(key(name), bytes('{}'));
    await first[Symbol.asyncDispose]();
    await describeStream(description);
    await using store = await openStore();
    expect(await store.list({ group: '', resource: 'configmaps' })).toHaveLength(3);
    expect(JSON.parse(String(await describeStream(undefined)))).toEqual({ form: 1, version: '0.1.0', compactedTo });
  });

  test('a log of a newer version is refused by name, and not touched', async () => {
    await (await openStore())[Symbol.asyncDispose]();
    const newer = JSON.stringify({ form: 2, version: '0.9.0', more: true });
    await describeStream(newer);
    await expect(openStore()).rejects.toThrow('was written by kubernats 0.9.0 (form 2); this is 0.1.0, which knows forms up to 1');
    await using tool = await openTool();
    await expect(tool.beginRestore('backup.snap')).rejects.toThrow(StateRefused);
    expect(await describeStream(undefined)).toBe(newer);
  });

  test("a stream that is none of kubernats' is refused", async () => {
    await (await openStore())[Symbol.asyncDispose]();
    await describeStream('orders');
    await expect(openStore()).rejects.toThrow('none of kubernats');
  });
});
