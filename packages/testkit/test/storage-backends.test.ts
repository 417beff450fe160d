import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Events, type EventsEvent, type PersistentVolume, PersistentVolumeClaims, PersistentVolumes, type Pod, Pods } from '@kubernats/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../src/index.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/storage-backends');

let folder: string;
let cluster: TestCluster;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubernats-backends-'));
  cpSync(EXAMPLE, folder, { recursive: true });
  writeFileSync(join(folder, 'broken.ts'), 'export default {');
  cluster = await startCluster({ storageBackendsFolder: folder });
});
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
});

/** Runs the Pod of a manifest to its end, and gives what it printed; then it is deleted. */
async function outputOf(manifest: string): Promise<string> {
  const objects = await cluster.apply(manifest.replace("'echo", "'exec > /dev/termination-log; echo"));
  const name = objects.find(({ kind }) => kind === 'Pod')?.metadata?.name;
  const isDone = ({ metadata, status }: Pod): boolean => metadata?.name === name && /Succeeded|Failed/.test(status?.phase ?? '');
  const pod = await cluster.waitFor(Pods, isDone);
  await cluster.client.kind(Pods).delete(name ?? '', 'default');
  await cluster.waitForAll(Pods, (pods) => pods.every(({ metadata }) => metadata?.name !== name));
  return pod.status?.containerStatuses?.[0]?.state?.terminated?.message ?? '';
}

async function failedMount(name: string): Promise<string | undefined> {
  const isTold = ({ reason, regarding }: EventsEvent): boolean => reason === 'FailedMount' && regarding?.name === name;
  return (await cluster.waitFor(Events, isTold)).note;
}

const podWith = (name: string, volume: object): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    restartPolicy: 'Never',
    containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'echo'], volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
    volumes: [{ name: 'data', ...volume }],
  },
});

test('V5: the example of a user’s own back end: each mount finds what was there before', async () => {
  const manifest = readFileSync(join(EXAMPLE, 'demo.yaml'), 'utf8');
  expect(await outputOf(manifest)).toBe('1\n');
  expect(await outputOf(manifest)).toBe('a day\n2\n');
  expect(await outputOf(manifest)).toBe('a day\na day\na day\n3\n');
});

test('V6: a StorageClass makes volumes of a user’s own back end, and deleting the claim deletes them', async () => {
  const spec = { storageClassName: 'snapshots', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } };
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'made' }, spec };
  const provisioner = 'snapshots.kubernats.dev';
  const storageClass = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'snapshots' }, provisioner };
  const manifest = [{ ...storageClass, parameters: { keep: '1' } }, claim].map((object) => JSON.stringify(object)).join('\n---\n');
  await cluster.apply(manifest);
  const isOurs = ({ spec }: PersistentVolume): boolean => spec?.csi?.driver === provisioner && spec.claimRef?.name === 'made';
  const volume = await cluster.waitFor(PersistentVolumes, isOurs);
  expect(volume.spec?.csi?.volumeAttributes).toMatchObject({ keep: '1' });
  await cluster.client.kind(PersistentVolumeClaims).delete('made', 'default');
  await cluster.waitForAll(PersistentVolumes, (volumes) => !volumes.some(isOurs));
});

test('V5: a Pod with a gitRepo finds the repository checked out, may write to it, and is told of git’s errors', async () => {
  const home = mkdtempSync(join(tmpdir(), 'kubernats-git-'));
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: home });
  git('init', '--quiet');
  writeFileSync(join(home, 'page'), 'from a repository\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'one');
  git('update-server-info');
  const server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(home, '.git', new URL(request.url ?? '/', 'http://x').pathname.replace('/site.git', ''))));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const pod = JSON.stringify(podWith('git', { gitRepo: { repository: `${url}/site.git` } })).replace(
      '"echo"',
      JSON.stringify('exec > /dev/termination-log; cat /data/site/page; echo mine > /data/site/own; cat /data/site/own'),
    );
    expect(await outputOf(pod)).toBe('from a repository\nmine\n');
    await cluster.apply(JSON.stringify(podWith('no-git', { gitRepo: { repository: `${url}/none/`, revision: 'main' } })));
    expect(await failedMount('no-git')).toBe(
      `MountVolume.SetUp failed for volume "data" : failed to exec 'git clone -- ${url}/none/': fatal: repository '${url}/none/' not found: exit status 128`,
    );
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(home, { recursive: true });
  }
});

test('a module that cannot be loaded is told of where its volume is', async () => {
  const spec = { attachRequired: false, volumeLifecycleModes: ['Ephemeral'] };
  await cluster.apply(
    JSON.stringify({ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'broken.kubernats.dev' }, spec }),
  );
  await cluster.apply(JSON.stringify(podWith('broken', { csi: { driver: 'broken.kubernats.dev' } })));
  expect(await failedMount('broken')).toContain(
    `MountVolume.SetUp failed for volume "data" : failed to load the storage back end from ${join(folder, 'broken.ts')}: SyntaxError`,
  );
});
