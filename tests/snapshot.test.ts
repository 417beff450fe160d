import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsServerProgram } from '@kubernats/testing';
import { RealCluster, ROOT, run } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stepsOf } from './support/lesson.ts';
import { until } from './support/until.ts';

const MB = 1024 * 1024;
const home = mkdtempSync(join(tmpdir(), 'kubernats-snapshot-'));
/** A disk of its own, small enough to be filled: who is not root, or root in a container, may not mount one. */
const hasOwnDisk = canRun('mount', '-t', 'tmpfs', '-o', 'size=192m', 'tmpfs', home);

/** The commands of docs/operations.md: save, status, down, restore and up. */
const COMMANDS = commandsOf('## Back up and restore');

let cluster: RealCluster;
let file: string;
let uid: string;
beforeAll(async () => {
  file = join(home, 'backup.snap');
  cluster = new RealCluster({ home, nodes: 1 });
  await cluster.up();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  if (hasOwnDisk) execFileSync('umount', [home]);
  rmSync(home, { recursive: true, force: true });
});

/** The first block of commands below a heading. */
function commandsOf(heading: string): string[] {
  const [, section = ''] = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8').split(`${heading}\n`);
  return (stepsOf(section)[0]?.commands ?? '').trim().split('\n');
}

/** Runs one of them beside the snapshot. */
async function page(index: number): Promise<string> {
  const command = (COMMANDS[index] ?? '').replace('./kubernats', join(ROOT, 'kubernats'));
  const { code, stdout, stderr } = await run('sh', ['-c', command], { cwd: home, env: { KUBERNATS_HOME: home } });
  expect({ command, code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

function canRun(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const revisionOf = async (what: string): Promise<number> => Number(await cluster.value(what, '.metadata.resourceVersion'));

describe('R2: a disk that is full', () => {
  test.skipIf(!hasOwnDisk)(
    'writes are refused by name, reads and watches go on, and so does everything when there is space again',
    async () => {
      await cluster.kubectl('create configmap before --from-literal=a=1');
      const watch = spawn('kubectl', ['get', 'configmaps', '-o', 'name', '-w'], {
        env: { ...process.env, HOME: home, KUBECONFIG: cluster.kubeconfig },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let watched = '';
      watch.stdout.on('data', (chunk) => {
        watched += chunk;
      });
      await until(() => watched.includes('configmap/before'));
      const { bavail, bsize } = statfsSync(home);
      writeFileSync(join(home, 'filler'), Buffer.alloc(bavail * bsize - 16 * MB));
      const create = (name: string) => cluster.kubectlEnded(`create configmap ${name} --from-literal=a=1`);
      let tries = 0;
      await until(async () => (await create(`full-${tries++}`)).stderr.includes('the store is full: JetStream takes no more.'));
      expect(await cluster.kubectl('get configmap before -o name')).toBe('configmap/before\n');
      expect(await cluster.kubectl('get --raw /readyz')).toBe('ok');
      rmSync(join(home, 'filler'));
      await until(async () => (await create('after')).code === 0);
      await until(() => watched.includes('configmap/after'));
      watch.kill();
      await cluster.kubectl('delete configmap before after');
    },
  );
});

describe('snapshot save and restore', () => {
  test('saves a cluster that is up, and tells of it', async () => {
    await cluster.kubectl('create deployment web --image=nginx --replicas=2');
    await cluster.kubectl('expose deployment web --port=8080');
    await cluster.kubectl('rollout status deployment/web');
    await cluster.kubectl('create configmap kept --from-literal=a=1');
    uid = await cluster.value('configmap kept', '.metadata.uid');
    expect(await page(0)).toMatch(/^snapshot saved to backup.snap: \d+ objects at revision \d+\n/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await page(1)).toMatch(/^HASH +REVISION +OBJECTS +SIZE +TAKEN +CLUSTER +VERSION\n/);
    expect(await cluster.kubernats('snapshot', 'restore', file)).toMatchObject({
      code: 1,
      stderr: 'kubernats: cluster default is up. Stop it first: ./kubernats down\n',
    });
  });

  test('R2: a restore that is killed is done again; all is as it was, at revisions that nobody has seen', async () => {
    const address = await cluster.value('service web', '.spec.clusterIP');
    await cluster.kubectl('delete configmap/kept service/web');
    await cluster.kubectl('scale deployment web --replicas=0');
    await cluster.kubectl('create configmap later --from-literal=a=1');
    const last = await revisionOf('configmap later');
    await page(2);
    await killedRestore();
    expect(await page(3)).toContain('its revisions go on from');
    await page(4);

    expect(await cluster.value('configmap kept', '.metadata.uid')).toBe(uid);
    expect(await revisionOf('configmap kept')).toBeGreaterThan(last);
    expect((await cluster.kubectlEnded('get configmap later')).stderr).toContain('(NotFound)');
    expect(await cluster.value('service web', '.spec.clusterIP')).toBe(address);
    await cluster.kubectl('rollout status deployment/web');
    expect(await cluster.value('deployment web', '.status.readyReplicas')).toBe('2');
    const old = await cluster.kubectlEnded(['get', '--raw', `/api/v1/configmaps?watch=1&resourceVersion=${last}`]);
    expect(`${old.stdout}${old.stderr}`).toMatch(/too old resource version/i);
    // The allocators know what the restored Services have.
    const taken = await cluster.kubectlEnded(`create service clusterip other --tcp=8081 --clusterip=${address}`);
    expect(taken.stderr).toContain('provided IP is already allocated');
  });

  /** `./kubernats snapshot restore`, ended with SIGKILL while it is at work. */
  async function killedRestore(): Promise<void> {
    const config = join(home, 'default/nats/server.conf');
    const before = statSync(config).mtimeMs;
    const env = { ...process.env, KUBERNATS_HOME: home, KUBERNATS_NATS_SERVER: natsServerProgram() };
    const program = join(ROOT, 'apps/cli/dist/main.js');
    const restore: ChildProcess = spawn(process.execPath, [program, 'snapshot', 'restore', file], { env, stdio: 'ignore' });
    const ended = new Promise((resolve) => restore.once('exit', resolve));
    await until(async () => statSync(config).mtimeMs !== before);
    restore.kill('SIGKILL');
    await ended;
  }
});

describe('a folder of another version', () => {
  test('of a newer one: up is refused by name, and touches nothing', async () => {
    const newer = new RealCluster({ home, name: 'newer' });
    const layout = join(home, 'newer/layout.json');
    mkdirSync(join(home, 'newer'));
    writeFileSync(layout, '{"layout":9,"version":"9.9.9","maker":"up","more":1}');
    const { code, stderr } = await newer.kubernats('up');
    expect(code).toBe(1);
    expect(stderr).toContain('was written by kubernats 9.9.9 (layout 9); this is 0.1.0, which knows layouts up to 1.');
    expect(readFileSync(layout, 'utf8')).toContain('"more":1');
  });
});
