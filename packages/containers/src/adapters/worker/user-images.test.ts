import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Clock, realClock, SteppedClock } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folder as filesWith, ImageFixture } from '../../images/image.fixture.ts';
import { yieldToOthers } from '../yield.ts';
import { createUserImages } from './user-images.ts';

let folder: string;
let problems: string[];
let pod: ImageFixture;
let changes = 0;

function write(name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  // Two changes within one tick of the file system's clock would look like one.
  utimesSync(path, 1_800_000_000 + ++changes, 1_800_000_000 + changes);
}

/** An image whose `run` is this body. */
const image = (name: string, body: string, head = ''): string =>
  `import { defineImage, serveHttp, fetchHttp, untilStopped, NetworkError, type ImageContext } from '@kubernats/image';\n${head}\n` +
  `export default defineImage({ names: ['${name}'], async run(context: ImageContext) {\n${body}\n} });\n`;

function begin(clock: Clock = realClock): void {
  pod = new ImageFixture({
    clock,
    userImages: createUserImages({ folder, clock, onProblem: (file, problem) => problems.push(`${file}: ${problem}`) }),
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubernats-images-'));
  problems = [];
});
afterEach(async () => {
  await pod[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('what an image finds in its worker', () => {
  test('its arguments, environment, Pod, files, log and exit code', async () => {
    write(
      'facts.ts',
      image(
        'facts',
        `console.log(JSON.stringify([context.command, context.args, context.env.A, process.env.A, context.pod.name, context.node.name, context.hostname, context.network.ip]));
         console.error('to stderr');
         await context.files.mkdir('/data/sub', { recursive: true });
         await context.files.write('/data/sub/a', new TextEncoder().encode('hello'));
         context.stdout(new TextDecoder().decode(await context.mounts[0].files.read('/sub/a')) + '\\n');
         context.stdout(String((await context.files.stat('/data/sub/a'))?.sizeBytes) + ' ' + (await context.files.list('/data')).join() + '\\n');
         context.stdout(String(await context.files.stat('/nothing')) + '\\n');
         await context.files.symlink('sub/a', '/data/link');
         context.stdout(JSON.stringify([context.files.lookup('/data/link'), context.files.lookup('/nothing')]) + '\\n');
         try { await context.files.scope('/data', { readOnly: true }).write('/x', new Uint8Array(1)); } catch (error) { context.stdout(error.name + ' ' + error.code + '\\n'); }
         context.event('Normal', 'Told', 'a message');
         return 3;`,
      ),
    );
    begin();
    const files = createMemoryFiles(realClock);
    const started = await pod.start('facts:v1', ['-x'], { env: { A: 'b' }, mounts: [{ path: '/data', files, readOnly: false }] });
    expect([await started.exitCode(), started.err]).toEqual([3, 'to stderr\n']);
    expect(started.out).toBe(
      '[[],["-x"],"b","b","web-1","node1","web-1","10.244.0.5"]\nhello\n5 sub\nundefined\n[{"kind":"symlink","target":"sub/a"},null]\nFilesError EROFS\n',
    );
    expect(started.events).toEqual(['Told: a message']);
    expect(problems).toEqual([]);
  });

  test('the network: it serves, calls, and speaks UDP; megabytes go both ways as they are', async () => {
    write(
      'net.ts',
      image(
        'net',
        `await serveHttp(context, 80, async (request, response) => {
           if (request.url === '/call') return void response.end(Buffer.from((await fetchHttp(context.network, { url: 'http://web:80/inner' })).body));
           if (request.url === '/fail') return void response.end(await fetchHttp(context.network, { url: 'http://web:81/' }).catch((error) => error instanceof NetworkError ? error.code : 'other'));
           const chunks = [];
           for await (const chunk of request) chunks.push(chunk);
           response.end(Buffer.concat(chunks).length > 0 ? Buffer.concat(chunks) : request.url);
         });
         await context.network.bindUdp({ host: '0.0.0.0', port: 53 }, ({ data, from }, socket) => socket.send(data.reverse(), from));
         const listener = await context.network.listen({ host: 'localhost', port: 0 }, () => {});
         await listener.close();
         await context.network.listen({ host: '0.0.0.0', port: 80 }, () => {}).catch((error) => context.stdout(error.code + '\\n'));
         context.stdout('ready\\n');
         return untilStopped(context);`,
      ),
    );
    begin();
    const started = await pod.start('net');
    await started.said('ready');
    expect(started.out).toBe('EADDRINUSE\nready\n');
    expect((await pod.get(80, '/call')).text).toBe('/inner');
    expect((await pod.get(80, '/fail')).text).toBe('ECONNREFUSED');
    const body = 'kubernats'.repeat(500_000);
    expect((await pod.get(80, '/', { method: 'POST', body })).text).toBe(body);
    const { promise, resolve } = Promise.withResolvers<string>();
    await using socket = await pod.client.bindUdp({ host: pod.client.ip, port: 0 }, ({ data }) => resolve(Buffer.from(data).toString()));
    socket.send(Buffer.from('abc'), { host: pod.ip, port: 53 });
    expect(await promise).toBe('cba');
    started.container.signal('SIGTERM');
    expect(await started.exitCode()).toBe(0);
  });

  test('signals: its own handlers, and the default where it has none', async () => {
    write(
      'signals.ts',
      image(
        'signals',
        `context.onSignal('SIGUSR1', () => context.stdout('usr1\\n')); context.stdout('ready\\n'); await new Promise(() => {});`,
      ),
    );
    begin();
    const started = await pod.start('signals');
    await started.said('ready');
    started.container.signal('SIGUSR1');
    await started.said('usr1');
    started.container.signal('SIGTERM');
    expect(await started.exitCode()).toBe(143);
  });

  test("the cluster's time, also where a test steps it", async () => {
    write(
      'time.ts',
      image(
        'time',
        `context.stdout(new Date(context.clock.now()).toISOString() + '\\n'); await context.clock.sleep(3600_000); context.stdout(new Date(context.clock.now()).toISOString() + '\\n');`,
      ),
    );
    const clock = new SteppedClock(Date.UTC(2030, 0, 1));
    begin(clock);
    const started = await pod.start('time');
    await started.said('2030-01-01T00:00:00.000Z');
    while (clock.waiting === 0) await clock.advance(0);
    await clock.advance(3_599_000);
    expect(clock.waiting).toBe(1);
    await clock.advance(1000);
    expect(await started.exitCode()).toBe(0);
    expect(started.out).toBe('2030-01-01T00:00:00.000Z\n2030-01-01T01:00:00.000Z\n');
  });

  test('exec works beside it, on the same files', async () => {
    write(
      'files.ts',
      image(
        'files',
        `await context.files.write('/hello', new TextEncoder().encode('from the worker')); context.stdout('ready\\n'); await new Promise(() => {});`,
      ),
    );
    begin();
    const started = await pod.start('files');
    await started.said('ready');
    let out = '';
    const streams = {
      stdout: (chunk: Uint8Array) => void (out += Buffer.from(chunk).toString()),
      stderr: () => {},
      signal: new AbortController().signal,
    };
    expect(await started.container.exec(['sh', '-c', 'cat /hello'], streams)).toBe(0);
    expect(out).toBe('from the worker');
  });
});

describe('a folder of images', () => {
  test('TypeScript and JavaScript, files and folders with helpers; what has no image is left alone; its names win over built-in ones', async () => {
    write('one.ts', image('one', `enum_free satisfies string; return 1;`, `const enum_free: string = 'x';`));
    write('two/index.js', `import { code } from './code.js';\nexport default { names: ['two', 'team/two'], run: () => code };\n`);
    write('two/code.js', 'export const code = 2;\n');
    write('three.mjs', `export default { names: ['nginx'], run: () => 3 };\n`);
    write('helper.ts', 'export const nothing = 1;\n');
    write('one.test.ts', 'throw new Error("a test is no image");\n');
    write('types.d.ts', 'export interface X {}\n');
    write('README.md', '# none');
    begin();
    for (const [name, code] of [
      ['one', 1],
      ['two:latest', 2],
      ['example.com/team/two', 2],
      ['docker.io/library/nginx:1.29', 3],
    ] as const) {
      expect(await (await pod.start(name)).exitCode()).toBe(code);
    }
    expect(problems).toEqual([]);
  });

  test('a changed file is used by the next start, a removed one no more', async () => {
    write('app.ts', image('app', 'return 1;'));
    begin();
    expect(await (await pod.start('app')).exitCode()).toBe(1);
    write('app.ts', image('app', 'return 2;'));
    expect(await (await pod.start('app')).exitCode()).toBe(2);
    write('app.ts', image('renamed', 'return 3;'));
    expect(await (await pod.start('renamed')).exitCode()).toBe(3);
    rmSync(join(folder, 'app.ts'));
    const unknown = await pod.start('renamed');
    expect(unknown.events[0]).toContain('is not built in: simulated by an HTTP echo server');
  });

  test('modules that cannot be loaded: containers of their names are told why, others never hear of it', async () => {
    const broken: Record<string, [text: string, message: RegExp]> = {
      syntax: ['export default {', /SyntaxError/],
      import: ["import './nowhere.ts';", /Cannot find module/],
      throw: ["throw new Error('no luck');", /Error: no luck/],
      export: ['export default { names: [], run() {} };', /its default export is no image/],
      end: ['process.exit(0);', /it ended its thread while it was loaded/],
      enum: ['enum A { B }\nexport default A;', /enum is not supported/i],
    };
    for (const [name, [text]] of Object.entries(broken)) write(`${name}.ts`, text);
    write('good.ts', image('good', 'return 7;'));
    begin();
    for (const [name, [, message]] of Object.entries(broken)) {
      const refused = pod.start(name);
      const file = join(folder, `${name}.ts`);
      await expect(refused).rejects.toMatchObject({ reason: 'RunContainerError', message: expect.stringContaining(file) as string });
      await expect(refused).rejects.toThrow(message);
      expect(problems.filter((problem) => problem.startsWith(file))).toEqual([expect.stringMatching(message)]);
    }
    expect(await (await pod.start('good')).exitCode()).toBe(7);
    expect(problems).toHaveLength(Object.keys(broken).length);
    write('nowhere.ts', '');
    for (const name of Object.keys(broken)) write(`${name}.ts`, image(name, 'return 0;'));
    for (const name of Object.keys(broken)) expect(await (await pod.start(name)).exitCode()).toBe(0);
  });

  test('a module that breaks keeps its names, and is well again when what it imports is', async () => {
    write('part.ts', 'export const code = 5;\n');
    write('app.ts', image('team/app', 'return code;', "import { code } from './part.ts';"));
    begin();
    expect(await (await pod.start('team/app')).exitCode()).toBe(5);
    write('part.ts', 'export const code = ;\n');
    write('app.ts', image('team/app', 'return code + 1;', "import { code } from './part.ts';"));
    await expect(pod.start('team/app')).rejects.toThrow('SyntaxError');
    write('part.ts', 'export const code = 5;\n');
    expect(await (await pod.start('team/app')).exitCode()).toBe(6);
  });

  test('a folder that is not there holds nothing', async () => {
    rmSync(folder, { recursive: true });
    begin();
    const echo = await pod.start('example/app');
    expect(echo.events).toHaveLength(1);
    mkdirSync(folder);
    write('app.ts', image('example/app', 'return 4;'));
    expect(await (await pod.start('example/app', [], { name: 'second' })).exitCode()).toBe(4);
  });
});

describe('an image that misbehaves', () => {
  test.each([
    ['throws', "throw new Error('on its own');", 1, /Error: on its own/],
    ['throws in a timer', "setTimeout(() => { throw new Error('in a timer'); }, 1); await new Promise(() => {});", 1, /Error: in a timer/],
    ['leaves a promise alone', "void Promise.reject(new Error('alone')); await new Promise(() => {});", 1, /Error: alone/],
    ['ends its process', "console.log('last words'); process.exit(9);", 9, /last words/],
    ['returns at once', '', 0, /^$/],
    ['leaks a timer', "setInterval(() => {}, 1); console.log('returned');", 0, /^returned\n$/],
    ['uses up its memory', 'const all = []; for (;;) all.push(new Array(100_000).fill(all.length));', 137, /out of memory/],
  ])('%s: that is the end of its container, and of nothing else', async (_what, body, code, said) => {
    write('bad.ts', image('bad', body));
    begin();
    const started = await pod.start('bad');
    expect(await started.exitCode()).toBe(code);
    expect(started.out + started.err).toMatch(said);
  });

  test('loops for ever: everybody else goes on, and SIGKILL ends it at once', async () => {
    write('loop.ts', image('loop', "context.stdout('looping\\n'); for (;;);"));
    begin();
    const loop = await pod.start('loop', [], { name: 'loop' });
    await loop.said('looping');
    const echo = await pod.start('kubernats/echo', [], { name: 'echo', ports: [{ containerPort: 8080, protocol: 'TCP' }] });
    await echo.said('listening');
    expect((await pod.get(8080)).status).toBe(200);
    loop.container.signal('SIGTERM');
    expect(await loop.exitCode()).toBe(143);
    const again = await pod.start('loop', [], { name: 'loop' });
    again.container.signal('SIGKILL');
    expect(await again.exitCode()).toBe(137);
  });

  test('floods its log without ever pausing: it waits for the node, and the node for nobody', async () => {
    write('flood.ts', image('flood', "const line = 'x'.repeat(10_000) + '\\n'; for (;;) context.stdout(line);"));
    begin();
    let bytes = 0;
    let chunks = 0;
    const flood = await pod.start('flood', [], {
      name: 'flood',
      log: (_stream, chunk) => {
        bytes += chunk.byteLength;
        chunks++;
      },
    });
    const echo = await pod.start('kubernats/echo', [], { name: 'echo', ports: [{ containerPort: 8080, protocol: 'TCP' }] });
    await echo.said('listening');
    while (bytes < 20_000_000) {
      const before = chunks;
      expect((await pod.get(8080)).status).toBe(200);
      // In memory an answer needs no turn of the event loop, and the flood comes by it.
      await yieldToOthers();
      // One answer of a neighbour takes a few turns, and each lets so much of the flood through.
      expect(chunks - before).toBeLessThan(5000);
    }
    flood.container.signal('SIGKILL');
    expect(await flood.exitCode()).toBe(137);
  });

  test('what it opened is closed when it ends', async () => {
    write('open.ts', image('open', "await context.network.listen({ host: '0.0.0.0', port: 80 }, () => {}); process.exit(1);"));
    begin();
    const started = await pod.start('open', [], { mounts: [{ path: '/x', files: await filesWith({ '/a': 'b' }), readOnly: true }] });
    expect(await started.exitCode()).toBe(1);
    expect(pod.network.listening).toEqual([]);
  });
});
