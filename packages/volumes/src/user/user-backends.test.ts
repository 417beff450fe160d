import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SteppedClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBackends } from '../backends.ts';
import { BackendError, type ControllerSide, type NodeSide, type StorageBackend } from '../port.ts';
import { userBackends } from './adapters/user-backends.ts';

let folder: string;
let problems: string[];
let clock: SteppedClock;
let storage: Files;
let changes = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubernats-backends-'));
  problems = [];
  clock = new SteppedClock();
  storage = createMemoryFiles(clock);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  // Two changes within one tick of the file system's clock would look like one.
  utimesSync(path, 1_800_000_000 + ++changes, 1_800_000_000 + changes);
}

/** A module whose definition this is. */
const module = (definition: string, head = ''): string =>
  `import { BackendError, defineStorageBackend, type Files, FilesError, volumeFolder } from '@kubernats/storage-backend';\n${head}\n` +
  `export default defineStorageBackend(${definition});\n`;

const load = () =>
  userBackends({ folder, clock, onProblem: (file, problem) => problems.push(`${file.slice(folder.length + 1)}: ${problem}`) });
async function only(definition: string, head?: string): Promise<StorageBackend> {
  write('mine.ts', module(definition, head));
  const [backend] = await load();
  if (!backend) throw new Error('there is none');
  return backend;
}

const controller = (): ControllerSide => ({
  storage,
  clock,
  node() {
    throw new BackendError('no nodes here');
  },
});
const node = (name = 'node1'): NodeSide => ({
  name,
  storage,
  clock,
  async path() {
    throw new BackendError('no paths here');
  },
  folder: async () => createMemoryFiles(clock),
});
const request = { name: 'pvc-1', capacityBytes: 100, parameters: { color: 'red' }, node: undefined };
const volume = { handle: 'pvc-1', attributes: {} };
const messageOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (error: unknown) => (error instanceof BackendError ? error.message : error),
  );

describe('V5: a user writes a back end', () => {
  test('V6: that can change its volumes, or cannot', async () => {
    const backend = await only(`{ name: 'plain' }`);
    expect(backend.modify).toBeUndefined();
    write(
      'mine.ts',
      module(`{ name: 'plain', modify(volume, { color }) { throw new BackendError(volume.handle + ' is not ' + color); } }`),
    );
    await backend.create(request, controller());
    expect(await messageOf(backend.modify?.(volume, { color: 'blue' }, controller()) ?? Promise.resolve())).toBe(
      'storage back end "plain" (mine.ts): pvc-1 is not blue',
    );
  });

  test('with a name only: volumes are folders that all nodes share, and deleting one removes all of it', async () => {
    const backend = await only(`{ name: 'plain' }`);
    expect([backend.name, backend.drivers, backend.traits]).toEqual([
      'plain',
      [],
      {
        attach: false,
        onNode: false,
        accessModes: ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'],
        expansion: 'online',
      },
    ]);
    expect(createBackends([backend]).ofDriver('plain.kubernats.dev', undefined)).toBe(backend);
    expect(await backend.create(request, controller())).toEqual({ handle: 'pvc-1', attributes: { color: 'red' }, capacityBytes: 100 });
    await (await backend.mount(volume, node('node1'))).write('/a', new Uint8Array(3));
    expect(await (await backend.mount(volume, node('node2'))).list('/')).toEqual(['a']);
    expect(await backend.expand(volume, 200, controller())).toEqual({ onNode: true });
    await backend.unmount(volume, node());
    await backend.delete(volume, controller());
    await backend.delete(volume, controller());
    expect(await storage.list('/volumes')).toEqual([]);
  });

  test('with all of it: each function gets what the port says, and what it answers counts', async () => {
    const backend = await only(
      `{
        name: 'full', drivers: ['disk.example.com'], parameters: ['color'],
        traits: { onNode: true, accessModes: ['ReadWriteOnce'], expansion: 'offline' },
        create: ({ name, capacityBytes, parameters }) => ({ handle: name + '-h', attributes: { ...parameters }, capacityBytes: capacityBytes * 2, node: 'n1' }),
        async delete(volume, side) { said.push(['delete', volume.handle]); },
        expand: () => ({ onNode: false }),
        attach(volume, node) { said.push(['attach', volume.handle, node]); },
        detach(volume, node) { said.push(['detach', volume.handle, node]); },
        async mount(volume, side): Promise<Files> { await side.storage.write('/said', new TextEncoder().encode(JSON.stringify(said))); return side.storage.scope('/'); },
      }`,
      'const said: string[][] = [];',
    );
    expect([backend.drivers, backend.traits.attach, backend.traits.accessModes]).toEqual([['disk.example.com'], true, ['ReadWriteOnce']]);
    expect(await backend.create(request, controller())).toEqual({
      handle: 'pvc-1-h',
      attributes: { color: 'red' },
      capacityBytes: 200,
      node: 'n1',
    });
    expect(await backend.expand(volume, 1, controller())).toEqual({ onNode: false });
    await backend.attach(volume, 'n1', controller());
    await backend.detach(volume, 'n1', controller());
    await backend.delete(volume, controller());
    const said = new TextDecoder().decode(await (await backend.mount(volume, node())).read('/said'));
    expect(said).toBe('[["attach","pvc-1","n1"],["detach","pvc-1","n1"],["delete","pvc-1"]]');
    expect(await messageOf(backend.create({ ...request, parameters: { size: 'x' } }, controller()))).toBe(
      'storage back end "full" (mine.ts): unknown parameter "size": the storage back end "full" knows color',
    );
  });

  test('each module is one; helpers, tests and types are none; a folder with an index is one', async () => {
    write('a.ts', module(`{ name: 'a' }`));
    write('b.mjs', `export default { name: 'b' };`);
    write('c/index.ts', module(`{ name: words.name }`, `import { words } from './words.ts';`));
    write('c/words.ts', `export const words: { name: string } = { name: 'c' };`);
    write('helper.ts', `export const help = 1;`);
    write('a.test.ts', `throw new Error('a test is not loaded');`);
    write('node_modules/x/index.js', `throw new Error('what is installed is not loaded');`);
    expect([(await load()).map(({ name }) => name), problems]).toEqual([['a', 'b', 'c'], []]);
  });

  test('a change is used by the next call, with what it imports; calls that run go on as they began', async () => {
    write('word.ts', `export const word = 'one';`);
    const text = module(
      `{ name: 'mine', async create() { const before = word; if (word === 'one') await new Promise((go) => { globalThis.goOn = go; }); return { handle: before }; } }`,
      `import { word } from './word.ts';`,
    );
    write('mine.ts', text);
    const [backend] = await load();
    const slow = backend?.create(request, controller());
    await expect.poll(() => 'goOn' in globalThis).toBe(true);
    write('word.ts', `export const word = 'two';`);
    expect((await backend?.create({ ...request, name: 'pvc-2' }, controller()))?.handle).toBe('two');
    (globalThis as unknown as { goOn(): void }).goOn();
    expect((await slow)?.handle).toBe('one');
  });
});

describe('what a back end does wrong is a BackendError with its file’s name, and nobody else’s trouble', () => {
  test.each([
    ['throws', `create() { throw new RangeError('too far'); }`, 'create: RangeError: too far'],
    ['rejects with no error', `create: () => Promise.reject('nothing')`, `create: 'nothing'`],
    [
      'throws what cannot be shown',
      `create() { throw { [Symbol.for('nodejs.util.inspect.custom')]() { throw 1; } }; }`,
      'create: an error that cannot be shown',
    ],
    ['throws many lines', `create() { throw new Error('one\\n  two'); }`, 'create: Error: one two'],
    ['tells the user', `create() { throw new BackendError('the shelf is full'); }`, 'the shelf is full'],
    ['a full disk', `create() { throw new FilesError('ENOSPC', '/x'); }`, 'create: FilesError: ENOSPC: /x'],
    [
      'sizes that are none',
      `create: () => ({ capacityBytes: NaN })`,
      /^create: TypeError: what it gave is not a volume: capacityBytes: Invalid/,
    ],
    ['too small', `create: () => ({ capacityBytes: 99 })`, 'create: TypeError: it made a volume of 99 bytes, where 100 were asked for'],
    ['no handle', `create: () => ({ handle: '' })`, /^create: TypeError: what it gave is not a volume: handle: Too small/],
    ['a number', `create: () => 3`, /^create: TypeError: what it gave is not a volume: Invalid input: expected object/],
    [
      'attributes that are no texts',
      `create: () => ({ attributes: { a: 1 } })`,
      /^create: TypeError: what it gave is not a volume: attributes: a: /,
    ],
    ['no node', `traits: { onNode: true }`, 'create: TypeError: its volumes lie on a node, and it named none'],
  ])('create: %s', async (_title, body, message) => {
    const backend = await only(`{ name: 'mine', ${body} }`);
    const text = String(await messageOf(backend.create(request, controller())));
    expect(text).toMatch(/^storage back end "mine" \(mine\.ts\): /);
    const own = text.slice('storage back end "mine" (mine.ts): '.length);
    if (typeof message === 'string') expect(own).toBe(message);
    else expect(own).toMatch(message);
  });

  test('mount gives no folder; expand gives no answer; a volume that cannot grow', async () => {
    const backend = await only(`{ name: 'mine', traits: { expansion: 'none' }, mount: () => ({ read() {} }) }`);
    expect(await messageOf(backend.mount(volume, node()))).toContain('(mine.ts): mount: TypeError: it gave no folder (Files)');
    expect(await messageOf(backend.expand(volume, 1, controller()))).toBe('storage back end "mine" (mine.ts): its volumes cannot grow');
    write('other.ts', module(`{ name: 'other', expand: () => ({ onNode: 'yes' }) }`));
    const [, other] = await load();
    expect(await messageOf(other?.expand(volume, 1, controller()) ?? Promise.resolve())).toContain(
      '(other.ts): expand: TypeError: what it gave is not whether',
    );
  });

  test('a call that never settles: an error after a minute, and no second call beside it; other volumes go on', async () => {
    const backend = await only(
      `{ name: 'mine', mount: (volume, side) => volume.handle === 'stuck' ? new Promise(() => {}) : volumeFolder(volume, side) }`,
    );
    const stuck = { handle: 'stuck', attributes: {} };
    const first = messageOf(backend.mount(stuck, node()));
    await backend.mount(volume, node());
    await clock.advance(60_000);
    expect(await first).toBe('storage back end "mine" (mine.ts): mount did not end within 60 s');
    expect(await messageOf(backend.unmount(stuck, node()))).toBe(
      'storage back end "mine" (mine.ts): unmount: it is still at an earlier mount of the volume',
    );
    await backend.mount(volume, node());
    expect(problems).toEqual([]);
  });

  test('whether what was missing has come is asked of it, and no answer is a no', async () => {
    const backend = await only(
      `{ name: 'mine', mount(volume) { throw new BackendError('not yet', volume.handle === 'a' ? async () => true : () => { throw new Error('oh'); }); } }`,
    );
    const asked = async (handle: string) =>
      backend.mount({ handle, attributes: {} }, node()).catch((error: BackendError) => error.hasCome?.());
    expect([await asked('a'), await asked('b')]).toEqual([true, false]);
  });

  test('a promise that nobody handles and a throw in a callback end nothing; its author is told', async () => {
    const watchers = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    try {
      const backend = await only(
        `{ name: 'mine', async create() { void Promise.reject(new Error('stray')); setTimeout(() => { throw new Error('later'); }); await new Promise((go) => setTimeout(go, 1)); } }`,
      );
      await backend.create(request, controller());
      await expect
        .poll(() => problems.map((problem) => problem.split('\n')[0]).sort())
        .toEqual(['mine.ts: outside of any call: Error: later', 'mine.ts: outside of any call: Error: stray']);
    } finally {
      for (const watcher of watchers) process.on('unhandledRejection', watcher);
    }
  });
});

describe('a module that cannot be loaded keeps only its own driver from working', () => {
  test.each([
    ['throws', `throw new Error('at once');`, 'Error: at once'],
    ['is no TypeScript', `export default {`, 'SyntaxError'],
    ['imports what is not there', `import './gone.ts'; export default {};`, 'Cannot find module'],
    ['no back end', `export default 3;`, 'TypeError: its default export is no storage back end: Invalid input: expected object'],
    ['a name that is none', module(`{ name: 'No Name' }`), 'name: must be lower-case letters, digits and dashes'],
    ['a function that is none', module(`{ name: 'x', mount: 3 as never }`), 'mount: must be a function'],
    ['a slip of the pen', module(`{ name: 'x', unmuont() {} } as never`), 'Unrecognized key: "unmuont"'],
    ['traits that are none', module(`{ name: 'x', traits: { accessModes: ['All'] as never } }`), 'traits.accessModes.0: Invalid option'],
  ])('%s', async (_title, text, problem) => {
    write('broken.ts', text);
    write('good.ts', module(`{ name: 'good' }`));
    const backends = await load();
    expect(backends.map(({ name }) => name)).toEqual(['broken', 'good']);
    const [broken, good] = backends;
    expect(await messageOf(broken?.mount(volume, node()) ?? Promise.resolve())).toContain(
      `failed to load the storage back end from ${join(folder, 'broken.ts')}: `,
    );
    expect(await messageOf(broken?.mount(volume, node()) ?? Promise.resolve())).toContain(problem);
    expect(problems).toEqual([expect.stringMatching(/^broken\.ts: /)]);
    await good?.mount(volume, node());
    write('broken.ts', module(`{ name: 'broken' }`));
    await broken?.mount(volume, node());
  });

  test('one that never ends to load', async () => {
    write('slow.ts', `await new Promise(() => {}); export default {};`);
    write('good.ts', module(`{ name: 'good' }`));
    const loading = load();
    let backends: StorageBackend[] | undefined;
    void loading.then((loaded) => {
      backends = loaded;
    });
    await expect.poll(() => clock.advance(10_000).then(() => backends?.map(({ name }) => name))).toEqual(['good', 'slow']);
    expect(await messageOf(backends?.[1]?.mount(volume, node()) ?? Promise.resolve())).toContain(
      'slow.ts: Error: it was not loaded within 10 s',
    );
  });

  test('two of one name: the first file has it', async () => {
    write('a.ts', module(`{ name: 'same' }`));
    write('b.ts', module(`{ name: 'same' }`));
    expect(await load()).toHaveLength(1);
    expect(problems).toEqual(['b.ts: its name "same" is taken by a.ts']);
  });

  test('a folder that is not there has none', async () => {
    expect(await userBackends({ folder: join(folder, 'gone'), clock })).toEqual([]);
  });
});
