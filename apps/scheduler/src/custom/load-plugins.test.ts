import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SteppedClock } from '@kubernats/clock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeApi } from '../../test/fake-api.ts';
import { eventTexts, node, nodeOf, pod, start } from '../../test/objects.ts';
import { loadPlugins } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubernats-plugins-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, source: string) => writeFileSync(join(folder, name), source);
/** A plug-in whose functions are these. */
const mine = (functions: string, more = '') =>
  write(
    'mine.ts',
    `import { defineSchedulerPlugin } from '@kubernats/scheduler-plugin';
     export default defineSchedulerPlugin({ name: 'Mine', ${more} create: (args, cluster) => ({ ${functions} }) });`,
  );
const load = () => loadPlugins({ folder, clock: new SteppedClock() });

/** A cluster of two nodes whose scheduler has the folder's plug-ins. */
async function cluster() {
  const api = new FakeApi();
  for (const name of ['node1', 'node2']) api.put('nodes', node(name));
  const clock = new SteppedClock();
  const plugins = await loadPlugins({ folder, clock });
  return { api, ...start(api, { plugins }, clock) };
}

describe('a module that is no plug-in is told of before anything starts', () => {
  test.each([
    ['that cannot be read', 'export default {', 'the plug-in cannot be loaded: SyntaxError'],
    ['of another shape', 'export default { name: "Mine", filter() {} }', 'its default export is no plug-in'],
    ['whose name is taken', 'export default { name: "NodeName", create: () => ({}) }', 'there is another plug-in "NodeName"'],
    [
      'with a function of no extension point',
      'export default { name: "Mine", create: () => ({ filters() {} }) }',
      'Unrecognized key: "filters"',
    ],
    ['that throws', 'export default { name: "Mine", create() { throw new RangeError("too many") } }', 'RangeError: too many'],
  ])('one %s', async (_what, source, problem) => {
    write('mine.ts', source);
    await expect(load()).rejects.toThrow(problem);
    await expect(load()).rejects.toThrow(join(folder, 'mine.ts'));
  });

  test('one without a default export helps others', async () => {
    write('words.ts', 'export const why = "node(s) were not mine";');
    write('mine.ts', 'import { why } from "./words.ts"; export default { name: "Mine", create: () => ({ filter: () => why }) };');
    expect((await load()).map(({ name, points }) => [name, points])).toEqual([['Mine', ['filter']]]);
  });
});

describe('a plug-in of a user', () => {
  test('filters by what it sees of nodes, Pods and annotations', async () => {
    mine(
      `filter: (pod, node) => node.name === pod.metadata.annotations.on && node.allocatable.memory === 2 ** 33 ? undefined : 'node(s) were not mine'`,
    );
    const { api, clock } = await cluster();
    const on = (name: string, where: string) =>
      api.put('pods', { ...pod(name), metadata: { ...pod(name).metadata, annotations: { on: where } } });
    on('a', 'node2');
    on('b', 'node9');
    await clock.advance(10);
    expect(nodeOf(api, 'a')).toBe('node2');
    expect(api.condition('b')?.message).toContain('0/2 nodes are available: 2 node(s) were not mine.');
  });

  test('scores, over what others score', async () => {
    mine(
      `score: (pod, node) => node.name.length + (node.name === 'node2' ? 7 : 0), normalize: (scores) => scores.map((s) => s > 5 ? 100 : 0)`,
      'weight: 50,',
    );
    const { api, clock } = await cluster();
    for (const name of ['a', 'b', 'c']) api.put('pods', pod(name));
    await clock.advance(10);
    expect(['a', 'b', 'c'].map((name) => nodeOf(api, name))).toEqual(['node2', 'node2', 'node2']);
  });

  test('sorts the queue', async () => {
    mine('less: (a, b) => a.pod.metadata.name > b.pod.metadata.name');
    const { api, clock } = await cluster();
    for (const name of ['a', 'c', 'b']) api.put('pods', pod(name, '5Gi'));
    await clock.advance(10);
    expect(['a', 'b', 'c'].map((name) => nodeOf(api, name))).toEqual([undefined, 'node2', 'node1']);
  });

  test('keeps a Pod out of the queue until an event that it waits for', async () => {
    mine(`preEnqueue: () => cluster.node('node3') ? undefined : 'not yet', mayHelp: (pod, event) => event.resource === 'Node'`);
    const { api, clock } = await cluster();
    api.put('pods', pod('a'));
    await clock.advance(10);
    expect([nodeOf(api, 'a'), api.events]).toEqual([undefined, []]);
    api.put('nodes', node('node3', '16Gi'));
    await clock.advance(10);
    expect(nodeOf(api, 'a')).toBe('node3');
  });

  test('holds Pods up until they are together, refuses those that wait too long, and gives back what it noted', async () => {
    mine(`reserve() {}, unreserve: (pod) => { globalThis.given = [...(globalThis.given ?? []), pod.metadata.name]; },
          permit(pod) { const all = cluster.waitingPods; if (all.length === 0) return { waitSeconds: 10 }; for (const each of all) each.allow(); }`);
    const { api, clock } = await cluster();
    api.put('pods', pod('a'));
    await clock.advance(9_000);
    expect(nodeOf(api, 'a')).toBeUndefined();
    api.put('pods', pod('b'));
    await clock.advance(10);
    expect([nodeOf(api, 'a'), nodeOf(api, 'b')]).toEqual(['node1', 'node2']);
    api.put('pods', pod('alone'));
    await clock.advance(11_000);
    const message = '0/1 nodes are available: 1 rejected due to timeout after waiting 10s at plugin Mine.';
    expect(api.condition('alone')).toMatchObject({ reason: 'Unschedulable', message });
    expect(Reflect.get(globalThis, 'given')).toEqual(['alone']);
    Reflect.deleteProperty(globalThis, 'given');
  });

  test('binds, and hears of it', async () => {
    mine(
      `preBind: async (pod) => { if (pod.metadata.name === 'bad') throw new Error('no'); }, bind: async () => 'skip', postBind() { throw new Error('nobody cares'); }`,
    );
    const { api, clock } = await cluster();
    api.put('pods', pod('a'));
    api.put('pods', pod('bad'));
    await clock.advance(10);
    expect([nodeOf(api, 'a'), nodeOf(api, 'bad')]).toEqual(['node1', undefined]);
    expect(eventTexts(api)).toContain('Warning FailedScheduling running PreBind plugin "Mine": mine.ts: Error: no');
  });

  test('that refused a Pod for reasons of its own is asked again after five minutes', async () => {
    mine(`filter: () => cluster.now() - (globalThis.begun ??= cluster.now()) < 250_000 ? 'node(s) were asleep' : undefined`);
    const { api, clock } = await cluster();
    api.put('pods', pod('a'));
    await clock.advance(299_000);
    expect(nodeOf(api, 'a')).toBeUndefined();
    await clock.advance(2_000);
    expect(nodeOf(api, 'a')).toBe('node1');
    Reflect.deleteProperty(globalThis, 'begun');
  });

  const failures: [string, string, string][] = [
    ['throws in filter', 'filter() { throw new RangeError("oops"); }', 'running "Mine" filter plugin: mine.ts: RangeError: oops'],
    [
      'answers with a promise',
      'async filter() { throw new Error("late"); }',
      'running "Mine" filter plugin: mine.ts: TypeError: it must answer at once',
    ],
    ['gives no reason', 'filter: () => 7', 'running "Mine" filter plugin: mine.ts: TypeError: it gave 7, neither a reason'],
    ['throws in preFilter', 'preFilter() { throw null; }', 'running PreFilter plugin "Mine": mine.ts: null'],
    ['scores NaN', 'score: () => NaN', 'plugin "Mine" returns an invalid score NaN, it should in the range of [0, 100] after normalizing'],
    ['scores too much', 'score: () => 101', 'plugin "Mine" returns an invalid score 101'],
    ['loses scores', 'score: () => 1, normalize: () => []', 'it gave not one score a node'],
    ['throws in reserve', 'reserve() { throw new Error("full"); }', 'running Reserve plugin "Mine": mine.ts: Error: full'],
    ['permits strangely', 'permit: () => true', 'running Permit plugin "Mine": mine.ts: TypeError: it gave true'],
    ['throws in preEnqueue', 'preEnqueue() { throw new Error("shut"); }', 'running PreEnqueue plugin "Mine": mine.ts: Error: shut'],
    ['binds strangely', 'bind: () => 1', 'binding rejected: running Bind plugin "Mine": mine.ts: TypeError: it gave 1'],
  ];
  test.each(failures)('that %s is told to the Pod', async (_what, functions, message) => {
    mine(functions);
    const { api, clock } = await cluster();
    api.put('pods', pod('a'));
    await clock.advance(10);
    expect(api.condition('a')).toMatchObject({ status: 'False', reason: 'SchedulerError', message: expect.stringContaining(message) });
    expect(nodeOf(api, 'a')).toBeUndefined();
  });
});
