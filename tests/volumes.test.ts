import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, realCluster, run } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/until.ts';

const CLAIMS = { local: 'ReadWriteOnce', shared: 'ReadWriteMany', block: 'ReadWriteOnce' } as const;
const GIT = { driver: 'git.kubernats.dev', volumeHandle: 'site', readOnly: true, volumeAttributes: { repository: '/repos/site' } };
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service=nodeshutdown:NoExecute';

type Kind = keyof typeof CLAIMS | 'empty' | 'host' | 'git';

const claim = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { resources: { requests: { storage: '1Mi' } }, ...spec },
});

const STORAGE = [
  ...Object.entries(CLAIMS).flatMap(([name, mode]) => [
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name },
      provisioner: `${name}.kubernats.dev`,
      volumeBindingMode: 'WaitForFirstConsumer',
    },
    claim(name, { storageClassName: name, accessModes: [mode] }),
  ]),
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'site' },
    spec: {
      storageClassName: 'by-hand',
      claimRef: { namespace: 'default', name: 'git' },
      capacity: { storage: '1Mi' },
      accessModes: ['ReadOnlyMany'],
      csi: GIT,
    },
  },
  claim('git', { storageClassName: 'by-hand', accessModes: ['ReadOnlyMany'] }),
];

/** A Pod of a node that mounts each kind of volume at `/<kind>`. */
function pod(name: string, node: string, kinds: readonly Kind[]): object {
  const sourceOf = (kind: Kind): object => {
    if (kind === 'empty') return { emptyDir: {} };
    if (kind === 'host') return { hostPath: { path: '/srv/data', type: 'DirectoryOrCreate' } };
    return { persistentVolumeClaim: { claimName: kind } };
  };
  const volumeMounts = kinds.map((kind) => ({ name: kind, mountPath: `/${kind}` }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      nodeSelector: { hostname: node },
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'shell', image: 'busybox', command: ['sleep', 'infinity'], volumeMounts }],
      volumes: kinds.map((kind) => ({ name: kind, ...sourceOf(kind) })),
    },
  };
}

const ALL = ['empty', 'host', 'local', 'shared', 'block', 'git'] as const;
const WRITABLE = ['empty', 'host', 'local', 'shared', 'block'] as const;

describe('what volumes hold, before and after', () => {
  let cluster: RealCluster;
  /** What was written last, to every volume that can be written to. */
  let written = '';

  beforeAll(async () => {
    cluster = await realCluster({ nodes: 2 });
    const repository = (await cluster.kubernats('node', 'path', 'node1', '/repos/site')).stdout.trim();
    writeFileSync(join(repository, 'file'), 'committed\n');
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      [...author, 'commit', '-qm', 'Begin'],
    ]) {
      expect(await run('git', ['-C', repository, ...args])).toMatchObject({ code: 0 });
    }
    await apply(...STORAGE, pod('keeper', 'node1', ALL));
    await ready('keeper');
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  const apply = (...items: object[]) => cluster.kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
  const ready = (name: string) => cluster.kubectl(`wait --for=condition=Ready pod/${name} --timeout=180s`);

  async function write(name: string, text: string): Promise<void> {
    const script = WRITABLE.map((kind) => `echo ${text} > /${kind}/file`).join(' && ');
    await cluster.kubectl(['exec', name, '--', 'sh', '-c', script]);
    written = text;
  }

  /** By the folder of each mount; a file that is not there is the empty text. */
  async function contents(name: string, kinds: readonly Kind[] = ALL): Promise<Record<string, string>> {
    const script = kinds.map((kind) => `echo "${kind} $(cat /${kind}/file 2>/dev/null)"`).join('; ');
    const rows = (await cluster.kubectl(['exec', name, '--', 'sh', '-c', script])).trim().split('\n');
    return Object.fromEntries(rows.map((row) => [row.split(' ')[0] ?? '', row.split(' ')[1] ?? '']));
  }

  const everything = () => ({ ...kept(), empty: written });
  const kept = () => ({ empty: '', host: written, local: written, shared: written, block: written, git: 'committed' });

  test('V1 to V5: a Pod that is deleted and made again finds everything but its emptyDir', async () => {
    await write('keeper', 'first');
    expect(await contents('keeper')).toEqual(everything());
    await cluster.kubectl('delete pod keeper');
    await apply(pod('keeper', 'node1', ALL));
    await ready('keeper');
    expect(await contents('keeper')).toEqual(kept());
  });

  test('V1 to V5: a node that loses its power and gets it back has everything still, and its Pod the emptyDir too', async () => {
    await write('keeper', 'second');
    const before = await runOf('keeper');
    await cluster.kubernats('node', 'stop', 'node1');
    await cluster.kubernats('node', 'start', 'node1');
    await until(
      () => runOf('keeper'),
      (now) => now !== '' && now !== before,
    );
    await ready('keeper');
    expect(await contents('keeper')).toEqual(everything());
  });

  test('V2, V5: a node that is lost takes its own files with it; disk and share come to another node, and all is there when it is back', async () => {
    await write('keeper', 'third');
    await cluster.kubernats('node', 'stop', 'node1');
    await apply(pod('guest', 'node2', ['host', 'shared', 'block']));
    await until(
      () => cluster.kubectl('events --for pod/guest'),
      (events) => events.includes('Multi-Attach error for volume'),
    );
    await cluster.kubectl(`taint node node1 ${OUT_OF_SERVICE}`);
    await cluster.kubectl('wait --for=delete pod/keeper --timeout=180s');
    await ready('guest');
    expect(await contents('guest', ['host', 'shared', 'block'])).toEqual({ host: '', shared: 'third', block: 'third' });
    await cluster.kubectl(['exec', 'guest', '--', 'sh', '-c', 'echo fourth > /shared/file; echo fourth > /block/file']);

    await cluster.kubernats('node', 'start', 'node1');
    await cluster.kubectl(`taint node node1 ${OUT_OF_SERVICE}-`);
    await cluster.kubectl('delete pod guest');
    await apply(pod('keeper', 'node1', ALL));
    await ready('keeper');
    expect(await contents('keeper')).toEqual({ ...kept(), shared: 'fourth', block: 'fourth' });
  });

  test('V1 to V6: a cluster that is down and up again has everything, and binds nothing anew', async () => {
    await write('keeper', 'fifth');
    const volumes = () => cluster.kubectl('get pv -o custom-columns=A:.metadata.uid,B:.spec.claimRef.uid,C:.status.phase');
    const bound = await volumes();
    const before = await runOf('keeper');
    await cluster.down();
    await cluster.up();
    await until(
      () => runOf('keeper'),
      (now) => now !== '' && now !== before,
    );
    await ready('keeper');
    expect(await contents('keeper')).toEqual(everything());
    expect(await volumes()).toBe(bound);
  });

  /** Which run of the Pod's container this is; empty while there is none. */
  const runOf = (name: string) => cluster.value(`pod ${name}`, '.status.containerStatuses[0].containerID');
});
