import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { realClock } from '@kubernats/clock';
import { createDiskFiles, createMemoryFiles, type Files } from '@kubernats/files';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BackendError, type NodeSide } from '../port.ts';
import { machineGit } from './adapters/machine-git.ts';
import { createGitBackend } from './git-backend.ts';

let home: string;
let servers: Server[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kubernats-git-test-'));
  for (const folder of ['node', 'storage', 'outside']) mkdirSync(join(home, folder));
  servers = [];
});
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(home, { recursive: true, force: true });
});

const decoder = new TextDecoder();

function git(folder: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Writes files and commits them; gives the commit. */
function commit(folder: string, files: Record<string, string>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'a change');
  return git(folder, 'rev-parse', 'HEAD');
}

/** A repository with one commit, in a folder of the node's disk. */
function repositoryAt(path: string, files: Record<string, string> = { 'index.html': 'hello\n' }): string {
  const folder = join(home, path);
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '--quiet', '--initial-branch=main');
  commit(folder, files);
  return folder;
}

/** Serves the folder's files, as a plain web server does for `git clone`. */
async function serve(folder: string): Promise<string> {
  return listen((path) => {
    const file = join(folder, normalize(path));
    return existsSync(file) ? readFileSync(file) : undefined;
  });
}

async function listen(answer: (path: string) => Uint8Array | undefined | 'silence' | 'no end'): Promise<string> {
  const server = createServer((request, response) => {
    const body = answer(new URL(request.url ?? '/', 'http://x').pathname);
    if (body === 'no end') Readable.from(noEnd()).pipe(response);
    else if (body !== 'silence') response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function* noEnd(): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(64 * 1024);
}

/** A node whose disk is `home/node`; each mount that is named has a folder of its own there. */
function nodeSide(options: Partial<NodeSide> & { mount?: string } = {}): NodeSide {
  const { mount = 'mount-1', ...rest } = options;
  const disk = createDiskFiles(join(home, 'node'));
  return {
    name: 'node1',
    storage: createDiskFiles(join(home, 'storage')),
    clock: realClock,
    async path(path) {
      if ((await disk.stat(path))?.kind !== 'directory') throw new BackendError(`hostPath type check failed: ${path} is not a directory`);
      return disk.scope(path);
    },
    async folder() {
      await disk.mkdir(`/mounts/${mount}`, { recursive: true });
      return disk.scope(`/mounts/${mount}`);
    },
    ...rest,
  };
}

const backend = (timeoutMs?: number) => createGitBackend({ git: machineGit(), timeoutMs });
const mount = (attributes: Record<string, string>, side = nodeSide(), timeoutMs?: number) =>
  backend(timeoutMs).mount({ handle: 'v', attributes }, side);
const read = async (files: Files, path: string): Promise<string> => decoder.decode(await files.read(path));

/** Nothing is left where git worked, nor on the node. */
function expectNothingLeft(): void {
  expect(readdirSync(join(home, 'storage'))).toEqual([]);
  const folder = join(home, 'node/mounts/mount-1');
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
}

describe('V5: a git repository is checked out at mount', () => {
  test('over http: at its HEAD, with its .git, which names where it came from', async () => {
    const folder = repositoryAt('outside/site', { 'index.html': 'hello\n', 'css/a.css': 'b {}\n', run: '#!/bin/sh\n' });
    git(folder, 'update-server-info');
    const url = `${await serve(join(folder, '.git'))}/`;
    const files = await mount({ repository: url });
    expect([await read(files, '/index.html'), await read(files, '/css/a.css')]).toEqual(['hello\n', 'b {}\n']);
    expect(await read(files, '/.git/config')).toContain(`url = ${url}`);
    expect(git(files.hostPath ?? '', 'status', '--porcelain')).toBe('');
    expect(readdirSync(join(home, 'storage'))).toEqual([]);
  });

  test.each([
    ['a path of the node', '/repos/site'],
    ['a file URL', 'file:///repos/site'],
  ])('%s is on the node, and nothing tells where the node is on this machine', async (_title, repository) => {
    repositoryAt('node/repos/site');
    const files = await mount({ repository });
    expect(await read(files, '/index.html')).toBe('hello\n');
    expect(await read(files, '/.git/config')).toContain('url = /repos/site\n');
    expect(spawnSync('grep', ['-rq', home, files.hostPath ?? '']).status).toBe(1);
  });

  test('a bare one, and one of 64 digits a commit', async () => {
    const folder = join(home, 'node/repos/new');
    mkdirSync(folder, { recursive: true });
    git(folder, 'init', '--quiet', '--object-format=sha256');
    commit(folder, { a: '1' });
    git(home, 'clone', '--quiet', '--bare', folder, join(home, 'node/repos/new.git'));
    expect(await read(await mount({ repository: '/repos/new.git' }), '/a')).toBe('1');
  });

  test('in memory too: the folder of a node need not be on a disk', async () => {
    const folder = repositoryAt('outside/site', { 'big.txt': 'x'.repeat(3_000_000) });
    git(folder, 'update-server-info');
    const memory = createMemoryFiles(realClock);
    const side = nodeSide({ storage: memory, folder: async () => memory });
    expect((await read(await mount({ repository: `${await serve(join(folder, '.git'))}/` }, side), '/big.txt')).length).toBe(3_000_000);
  });

  test('the revision is a branch, a tag, a commit, or HEAD without one', async () => {
    const folder = repositoryAt('node/repos/site', { a: 'first' });
    const first = git(folder, 'rev-parse', 'HEAD');
    git(folder, 'tag', 'v1');
    commit(folder, { a: 'main' });
    git(folder, 'checkout', '--quiet', '-b', 'next');
    commit(folder, { a: 'next', next: 'a file that is called like the branch' });
    git(folder, 'checkout', '--quiet', 'main');
    for (const [revision, text] of [
      ['next', 'next'],
      ['v1', 'first'],
      [first, 'first'],
      ['', 'main'],
    ] as const) {
      const side = nodeSide({ mount: `at-${revision}` });
      expect([revision, await read(await mount({ repository: '/repos/site', revision }, side), '/a')]).toEqual([revision, text]);
    }
  });

  test('the directory is the top, another, or empty: the name that git clone gives it', async () => {
    repositoryAt('node/repos/site.git', { a: 'b' });
    for (const [directory, path] of [
      ['.', '/a'],
      ['x/y', '/x/y/a'],
      ['', '/site/a'],
    ] as const) {
      const side = nodeSide({ mount: `in-${directory.length}` });
      expect([directory, await read(await mount({ repository: '/repos/site.git', directory }, side), path)]).toEqual([directory, 'b']);
    }
  });

  test('mounted, it stays at its commit, with what was written to it; a new mount fetches anew', async () => {
    const folder = repositoryAt('node/repos/site', { a: '1' });
    const attributes = { repository: '/repos/site' };
    await (await mount(attributes)).write('/own', new TextEncoder().encode('mine'));
    commit(folder, { a: '2' });
    const again = await mount(attributes);
    expect([await read(again, '/a'), await read(again, '/own')]).toEqual(['1', 'mine']);
    expect(await read(await mount(attributes, nodeSide({ mount: 'mount-2' })), '/a')).toBe('2');
  });

  test('an empty repository is an empty volume', async () => {
    mkdirSync(join(home, 'node/repos/empty'), { recursive: true });
    git(join(home, 'node/repos/empty'), 'init', '--quiet');
    expect(await (await mount({ repository: '/repos/empty' })).list('/')).toEqual(['.git']);
  });
});

describe('what goes wrong is told in one line of git’s own words, and leaves nothing', () => {
  const failure = (attributes: Record<string, string>, side?: NodeSide, timeoutMs?: number) =>
    mount(attributes, side, timeoutMs).then(
      () => 'it was mounted',
      (error: unknown) => (error instanceof BackendError ? error.message : error),
    );

  test('no such repository', async () => {
    const url = `${await serve(home)}/none`;
    expect(await failure({ repository: url })).toBe(
      `failed to exec 'git clone -- ${url}': fatal: repository '${url}/' not found: exit status 128`,
    );
    expectNothingLeft();
  });

  test('nobody answers there; a password is not told', async () => {
    const message = await failure({ repository: 'http://me:secret@127.0.0.1:1/x' });
    expect(message).toMatch(
      /^failed to exec 'git clone -- http:\/\/127.0.0.1:1\/x': fatal: unable to access 'http:\/\/127.0.0.1:1\/x\/': .*: exit status 128$/,
    );
    expect(message).not.toContain('secret');
  });

  test('no such revision', async () => {
    repositoryAt('node/repos/site');
    expect(await failure({ repository: '/repos/site', revision: 'gone' })).toMatch(
      /^failed to exec 'git checkout gone': (fatal: invalid reference: gone|error: pathspec 'gone' did not match.*): exit status \d+$/,
    );
    expectNothingLeft();
  });

  test('a path of the node that is no repository, or not there; never one of this machine', async () => {
    mkdirSync(join(home, 'node/plain'));
    expect(await failure({ repository: '/plain' })).toBe(`fatal: '/plain' does not appear to be a git repository`);
    const outside = repositoryAt('outside/site');
    expect(await failure({ repository: outside })).toBe(`hostPath type check failed: ${outside} is not a directory`);
    expectNothingLeft();
  });

  test.each([
    ['repository', { repository: '--upload-pack=touch x' }, '"--upload-pack=touch x" is an invalid value for repository'],
    ['revision', { repository: '/r', revision: '--upload-pack=x' }, '"--upload-pack=x" is an invalid value for revision'],
    ['directory', { repository: '/r', directory: '-x' }, '"-x" is an invalid value for directory'],
    ['lines', { repository: '/r', revision: 'a\nb' }, '"a\\nb" is an invalid value for revision'],
    ['ext::', { repository: 'ext::sh -c touch% x' }, 'repository "ext::sh -c touch% x": it must be an https, http, git or ssh URL'],
    ['a host that is an option', { repository: 'ssh://-oProxyCommand=x/y' }, 'it must be an https, http, git or ssh URL'],
    ['a helper', { repository: 'fd::3' }, 'repository "fd::3": it must be'],
    ['a relative path', { repository: 'repos/site' }, 'repository "repos/site": it must be'],
    ['another machine’s file', { repository: 'file://host/repos' }, 'repository "file://host/repos": it must be'],
    ['none', {}, 'the volume names no repository: its attribute "repository" is missing'],
    ['up', { repository: '/r', directory: 'a/../..' }, 'directory "a/../..": it must be a relative path without ".."'],
    ['absolute', { repository: '/r', directory: '/etc' }, 'directory "/etc": it must be a relative path without ".."'],
  ])('refused: %s', async (_title, attributes, message) => {
    expect(await failure(attributes)).toContain(message);
    expectNothingLeft();
  });

  test('git is not installed', async () => {
    const git = machineGit({ program: join(home, 'no-git') });
    await expect(
      createGitBackend({ git }).mount({ handle: 'v', attributes: { repository: 'https://x.example/y' } }, nodeSide()),
    ).rejects.toThrow('git is not installed on this machine');
    expectNothingLeft();
  });

  test('it takes too long', async () => {
    const url = await listen(() => 'silence');
    expect(await failure({ repository: url }, nodeSide(), 300)).toBe(`'git clone -- ${url}' took longer than 0.3 s`);
    expectNothingLeft();
  });

  test.each(['node', 'remote'])('it is larger than the volume: %s', async (where) => {
    const folder = repositoryAt('node/repos/big', { big: 'x'.repeat(2_000_000) });
    git(folder, 'update-server-info');
    const repository = where === 'node' ? '/repos/big' : `${await serve(join(folder, '.git'))}/`;
    expect(await failure({ repository }, nodeSide({ capacityBytes: 1_000_000 }))).toBe(
      `repository ${JSON.stringify(repository)} is larger than the volume, which holds 1000000 bytes`,
    );
    expectNothingLeft();
    expect(await failure({ repository }, nodeSide({ capacityBytes: 3_000_000 }))).toBe('it was mounted');
  });

  test('what never ends is cut off at the size of the volume', async () => {
    const object = 'a'.repeat(40);
    const url = await listen((path) => {
      if (path === '/info/refs') return new TextEncoder().encode(`${object}\trefs/heads/main\n`);
      return path.startsWith('/objects/aa/') || path.endsWith('.pack') ? 'no end' : undefined;
    });
    const side = nodeSide({ capacityBytes: 5_000_000 });
    expect(await failure({ repository: url }, side)).toBe(`repository "${url}" is larger than the volume, which holds 5000000 bytes`);
    expectNothingLeft();
  });
});

test('what a crash in the middle has left is removed, and the checkout begins anew', async () => {
  repositoryAt('node/repos/site');
  const dying = createGitBackend({
    git: {
      async workspace(folder, name) {
        const workspace = await machineGit().workspace(folder, name);
        return { files: workspace.files, run: workspace.run.bind(workspace), async [Symbol.asyncDispose]() {} };
      },
    },
  });
  const side = nodeSide({ capacityBytes: 10 });
  await expect(dying.mount({ handle: 'v', attributes: { repository: '/repos/site' } }, side)).rejects.toThrow('larger');
  expect(readdirSync(join(home, 'storage'))).toHaveLength(1);
  const half = join(home, 'node/mounts/mount-1/checkout.new');
  mkdirSync(half, { recursive: true });
  writeFileSync(join(half, 'half'), '');
  expect((await (await mount({ repository: '/repos/site' })).list('/')).sort()).toEqual(['.git', 'index.html']);
  expect([readdirSync(join(home, 'storage')), readdirSync(join(home, 'node/mounts/mount-1'))]).toEqual([[], ['checkout']]);
});

describe('what somebody has planted leads nowhere outside, and runs nothing', () => {
  test('links in a repository, absolute and upward', async () => {
    const folder = repositoryAt('node/repos/site');
    writeFileSync(join(home, 'node/secret'), 'of the node');
    symlinkSync('/secret', join(folder, 'absolute'));
    symlinkSync('../../../../secret', join(folder, 'upward'));
    symlinkSync(join(home, 'outside'), join(folder, 'machine'));
    commit(folder, {});
    const files = await mount({ repository: '/repos/site' });
    expect(await files.readlink('/absolute')).toBe('/secret');
    for (const name of ['/absolute', '/upward', '/machine']) expect(await files.stat(name)).toBeUndefined();
  });

  test('settings and hooks of a repository on the node', async () => {
    const folder = repositoryAt('node/repos/site', { a: '1', '.gitattributes': '* filter=evil\n' });
    const mark = join(home, 'outside/ran');
    for (const hook of ['post-checkout', 'reference-transaction', 'post-upload-pack']) {
      writeFileSync(join(folder, '.git/hooks', hook), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    }
    writeFileSync(
      join(folder, '.git/config'),
      `[core]\n\tfsmonitor = touch ${mark}\n\tsshCommand = touch ${mark}\n[filter "evil"]\n\tsmudge = touch ${mark}; cat\n\trequired = true\n` +
        `[uploadpack]\n\tpackObjectsHook = touch ${mark}\n[alias]\n\tclone = !touch ${mark}\n[include]\n\tpath = ${home}/outside/config\n`,
    );
    expect(await read(await mount({ repository: '/repos/site' }), '/a')).toBe('1');
    expect(existsSync(mark)).toBe(false);
  });

  test('objects of a repository outside: alternates, links, work trees of others', async () => {
    const outside = repositoryAt('outside/site', { secret: 'of the machine' });
    const commitOutside = git(outside, 'rev-parse', 'HEAD');
    const plant = (name: string): string => {
      const folder = join(home, 'node/repos', name);
      mkdirSync(folder, { recursive: true });
      git(folder, 'init', '--quiet', '--initial-branch=main');
      mkdirSync(join(folder, '.git/refs/heads'), { recursive: true });
      writeFileSync(join(folder, '.git/refs/heads/main'), `${commitOutside}\n`);
      return folder;
    };
    writeFileSync(join(plant('alternates'), '.git/objects/info/alternates'), `${outside}/.git/objects\n`);
    const linked = plant('linked');
    rmSync(join(linked, '.git/objects'), { recursive: true });
    symlinkSync(join(outside, '.git/objects'), join(linked, '.git/objects'));
    const inner = plant('inner');
    for (const name of readdirSync(join(outside, '.git/objects')).filter((name) => name.length === 2)) {
      symlinkSync(join(outside, '.git/objects', name), join(inner, '.git/objects', name));
    }
    mkdirSync(join(home, 'node/repos/tree'));
    writeFileSync(join(home, 'node/repos/tree/.git'), `gitdir: ${outside}/.git\n`);
    symlinkSync(outside, join(home, 'node/repos/whole'));
    const ref = repositoryAt('node/repos/ref');
    writeFileSync(join(ref, '.git/HEAD'), `ref: refs/../../../../outside/site/.git/refs/heads/main\n`);
    for (const name of ['alternates', 'linked', 'inner', 'tree', 'whole', 'ref']) {
      const side = nodeSide({ mount: name });
      const outcome = await mount({ repository: `/repos/${name}` }, side).then(
        (files) => files.list('/'),
        (error: unknown) => error,
      );
      if (Array.isArray(outcome)) expect([name, outcome]).toEqual([name, []]);
      else expect([name, outcome]).toEqual([name, expect.any(BackendError)]);
      expect(String(outcome)).not.toContain(home);
    }
  });

  test('a mounted volume that was swapped for a link', async () => {
    repositoryAt('node/repos/site');
    const side = nodeSide();
    const files = await mount({ repository: '/repos/site' }, side);
    const folder = join(home, 'node/mounts/mount-1');
    rmSync(join(folder, 'checkout'), { recursive: true });
    symlinkSync('/repos', join(folder, 'checkout'));
    await expect(files.list('/')).rejects.toThrow('ENOENT');
    expect(await (await mount({ repository: '/repos/site' }, side)).list('/')).toEqual(['.git', 'index.html']);
  });
});

describe('dynamic volumes', () => {
  const create = (parameters: Record<string, string>) =>
    backend().create({ name: 'pvc-1', capacityBytes: 100, parameters, node: undefined }, undefined as never);

  test('the class says which repository; the volume is read-only', async () => {
    const parameters = { repository: 'https://example.com/a.git', revision: 'v1' };
    expect(await create(parameters)).toEqual({
      ...{ handle: 'pvc-1', attributes: parameters, capacityBytes: 100 },
      source: { csi: { driver: 'git.kubernats.dev', volumeHandle: 'pvc-1', volumeAttributes: parameters, readOnly: true } },
    });
  });

  test('a parameter that it does not know, or must not have, is refused', async () => {
    await expect(create({ repository: '/r', depth: '1' })).rejects.toThrow(
      'unknown parameter "depth": the storage back end "git" knows repository, revision, directory',
    );
    await expect(create({ repository: 'ext::x' })).rejects.toThrow('repository "ext::x"');
  });
});
