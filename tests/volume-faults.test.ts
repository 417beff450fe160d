import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PersistentVolume, PersistentVolumes, type StorageClass, StorageClasses } from '@kubernats/api';
import { isNotFound } from '@kubernats/errors';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/until.ts';
import { Bindings, leftovers, volumesOnDisk, wrongData } from './support/volume-checks.ts';
import { answered, type LifeKind, VolumeLife } from './support/volume-life.ts';
import { WatchedVolumes } from './support/watched-volumes.ts';

const PROCESSES = ['volume-controller', 'kubelet-sim', 'apiserver'] as const;
type ProcessName = (typeof PROCESSES)[number];

/** Whether a life has come to a step. */
type Step = (life: VolumeLife) => boolean;

/** From claim to mount. */
const RISE: Record<string, Step> = {
  'a claim is made': ({ claim }) => claim !== undefined,
  'a volume is made': ({ volume }) => volume !== undefined,
  'a claim is bound': ({ claim }) => claim?.status?.phase === 'Bound',
  'an attachment is asked for': ({ attachment }) => attachment !== undefined,
  'a disk is attached': ({ attachment }) => attachment?.status?.attached === true,
  'a volume is mounted': ({ pods }) => pods[0]?.status?.phase === 'Running',
};
/** From the Pod's deletion to the end of the volume. */
const FALL: Record<string, Step> = {
  'a Pod is deleted': ({ pods }) => pods[0]?.metadata?.deletionTimestamp !== undefined || pods.length === 0,
  'a disk is detached': ({ kind, attachment }) =>
    kind.attaches && (attachment === undefined || attachment.metadata?.deletionTimestamp !== undefined),
  'a claim is deleted': ({ claim }) => claim?.metadata?.deletionTimestamp !== undefined || !claim,
  'a volume is released': ({ volume }) => volume?.status?.phase === 'Released' || !volume,
  'a volume is deleted': ({ kind, volume }) => kind.policy === 'Delete' && (volume?.metadata?.deletionTimestamp !== undefined || !volume),
  'a claim is gone': ({ claim }) => !claim,
};

const KINDS: readonly (LifeKind & { provisioner: string; parameters?: Record<string, string>; waits?: boolean })[] = (
  ['Delete', 'Retain'] as const
).flatMap((policy) => [
  { name: `disk-${policy.toLowerCase()}`, policy, attaches: true, moves: true, provisioner: 'ebs.csi.aws.com' },
  { name: `node-${policy.toLowerCase()}`, policy, attaches: false, moves: false, provisioner: 'rancher.io/local-path', waits: true },
  {
    ...{ name: `share-${policy.toLowerCase()}`, policy, attaches: false, moves: true, provisioner: 'nfs.csi.k8s.io' },
    parameters: { server: 'nas', share: '/exports' },
  },
]);
/** Volumes that an administrator made, which any claim of the class may have. */
const BY_HAND: LifeKind = { name: 'by-hand', policy: 'Retain', attaches: false, moves: true };
const CLAIMS_BY_HAND = 2;

interface Kill {
  process: ProcessName;
  /** On the way up, and on the way down. */
  rise: string;
  fall: string;
}

/** In each row every process is killed at another step than the others, and in all rows together each one at every step. */
const ROWS: Kill[][] = Object.keys(RISE).map((_, row, steps) =>
  PROCESSES.map((process, i) => {
    const at = (row + 2 * i) % steps.length;
    return { process, rise: steps[at] ?? '', fall: Object.keys(FALL)[at] ?? '' };
  }),
);
const inWords = ({ process, rise, fall }: Kill): string => `${process} when ${rise} and when ${fall}`;

describe('R2, V6: the storage of claims while processes are killed', () => {
  let cluster: RealCluster;
  let watched: WatchedVolumes;
  let bindings: Bindings;
  let row = 0;
  /** All whose data are to be kept for ever. */
  const retained: VolumeLife[] = [];

  beforeAll(async () => {
    cluster = await realCluster({ nodes: 2 });
    watched = new WatchedVolumes(cluster);
    await watched.synced;
    bindings = new Bindings(watched);
    for (const each of KINDS) await watched.client.kind(StorageClasses).create(classOf(each));
  });
  afterAll(async () => {
    watched?.[Symbol.dispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  function classOf({ name, policy, provisioner, parameters, waits }: (typeof KINDS)[number]): StorageClass {
    const volumeBindingMode = waits ? 'WaitForFirstConsumer' : 'Immediate';
    return { metadata: { name }, provisioner, reclaimPolicy: policy, volumeBindingMode, ...(parameters && { parameters }) };
  }

  const volumeByHand = (name: string): PersistentVolume => ({
    metadata: { name },
    spec: {
      storageClassName: BY_HAND.name,
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Mi' },
      persistentVolumeReclaimPolicy: 'Retain',
      nfs: { server: 'nas', path: `/exports/${name}` },
    },
  });

  function pidOf(component: ProcessName): number | undefined {
    const file = readFileSync(join(cluster.home, cluster.name, 'run/supervisor.json'), 'utf8');
    return JSON.parse(file).children[component]?.process.pid;
  }

  /** Kills the process at the first moment at which one of them has come to the step. */
  async function killAt(step: Step | undefined, component: ProcessName, lives: readonly VolumeLife[]): Promise<void> {
    const pid = (await until(() => pidOf(component))) as number;
    await watched.until(() => lives.some((life) => step?.(life)));
    process.kill(pid, 'SIGKILL');
    await until(
      () => pidOf(component),
      (now) => now !== undefined && now !== pid,
    );
  }

  test.each(ROWS.map((kills) => [kills.map(inWords).join(', '), kills] as const))('killed: %s', async (_, kills) => {
    const prefix = `row${++row}`;
    const byHand = Array.from({ length: CLAIMS_BY_HAND }, (_, i) => `${prefix}-${i}`);
    const lives = [
      ...KINDS.map((kind) => new VolumeLife(`${prefix}-${kind.name}`, kind, watched)),
      ...byHand.map((name) => new VolumeLife(`${name}-by-hand`, BY_HAND, watched)),
    ];
    await Promise.all(
      byHand.map((name) =>
        answered(
          () => watched.client.kind(PersistentVolumes).create(volumeByHand(name)),
          () => false,
        ),
      ),
    );

    await Promise.all([...kills.map(({ process, rise }) => killAt(RISE[rise], process, lives)), ...lives.map((life) => life.begin())]);
    await Promise.all(lives.map((life) => life.move()));
    await Promise.all([...kills.map(({ process, fall }) => killAt(FALL[fall], process, lives)), ...lives.map((life) => life.end())]);

    expect(lives.flatMap((life) => wrongData(life, life.read))).toEqual([]);
    await until(() => leftovers(cluster, watched).length === 0);
    retained.push(...lives.filter(({ kind }) => kind.policy === 'Retain'));
    await forget(lives.flatMap(({ volume }) => volume?.metadata?.name ?? []));
    checkDisks();
    expect(bindings.doubles).toEqual([]);
  });

  /** As an administrator does with volumes of policy Retain. */
  async function forget(volumes: readonly string[]): Promise<void> {
    await Promise.all(volumes.map((name) => answered(() => watched.client.kind(PersistentVolumes).delete(name), isNotFound)));
    await watched.until(() => watched.volumes.size === 0);
  }

  /** What is retained is there, with the data of its claim, and nothing else is. */
  function checkDisks(): void {
    const found = volumesOnDisk(cluster);
    expect([...found.keys()].sort()).toEqual(retained.map(({ volumeName }) => volumeName).sort());
    expect(retained.flatMap((life) => (found.get(life.volumeName) ?? ['']).flatMap((data) => wrongData(life, data)))).toEqual([]);
  }
});
