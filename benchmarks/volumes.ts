import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  PersistentVolumes,
  type Pod,
  Pods,
  type StorageClass,
  StorageClasses,
} from '@kubernats/api';
import { type ApiTransport, createClient, createInformer, httpsTransport, type Informer } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { realCluster } from '@kubernats/testing/real-cluster';
import { accessOf } from './https.ts';
import { type Benchmark, type Measurement, median, milliseconds, percentile } from './measurement.ts';

const CLAIMS = 1_000;
const AT_ONCE = 32;
const ONE_BY_ONE = 50;

const volumeOf = (name: string): PersistentVolume => ({
  metadata: { name },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: `/srv/${name}` } },
});

const claimOf = (name: string, storageClassName = ''): PersistentVolumeClaim => ({
  metadata: { name, namespace: 'default' },
  spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

/** As a cloud's class: a disk of its own for each claim, on the node of its Pod. */
const disks: StorageClass = {
  metadata: { name: 'disks' },
  provisioner: 'block.kubernats.dev',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};

const podOf = (name: string): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'main', image: 'pause', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
  },
});

async function forEach(count: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await work(i);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Resolves once so many objects say the phase. Counts by event: nothing here grows with the number that is followed. */
function reached(
  informer: Informer<PersistentVolume> | Informer<PersistentVolumeClaim> | Informer<Pod>,
  phase: string,
  count: number,
): Promise<void> {
  return new Promise((resolve) => {
    const there = new Set<string>();
    const look = ({ metadata, status }: PersistentVolume | PersistentVolumeClaim | Pod): void => {
      if (status?.phase === phase) there.add(metadata?.name ?? '');
      if (there.size >= count) resolve();
    };
    informer.addHandler({ add: look, update: look });
  });
}

async function transportOf(kubeconfig: string): Promise<ApiTransport & Disposable> {
  const { url, ca, cert, key } = await accessOf(kubeconfig);
  return httpsTransport({ url: url.href, ca, cert, key, clock: realClock, random: realRandom });
}

/** A thousand Pods with a claim each, for which a disk is made, attached to their node and mounted there. Seconds from the first request until all run. */
async function made(): Promise<number> {
  await using cluster = await realCluster({ nodes: 10 });
  using transport = await transportOf(cluster.kubeconfig);
  const client = createClient(transport);
  const stop = new AbortController();
  const pods = createInformer({ transport, target: Pods });
  const following = pods.run(stop.signal);
  await pods.synced;
  await client.kind(StorageClasses).create(disks);
  const ms = await milliseconds(async () => {
    const running = reached(pods, 'Running', CLAIMS);
    await forEach(CLAIMS, async (i) => {
      await client.kind(PersistentVolumeClaims).create(claimOf(`made-${i}`, 'disks'));
      await client.kind(Pods).create(podOf(`made-${i}`));
    });
    await running;
  });
  stop.abort();
  await following;
  return ms / 1000;
}

/** A thousand claims for a thousand volumes that fit them all; one claim after the other; and a thousand volumes that are made. */
export const volumes: Benchmark = {
  name: 'volumes',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 1, flags: ['--fidelity', 'status'] });
    using transport = await transportOf(cluster.kubeconfig);
    const client = createClient(transport);
    const stop = new AbortController();
    const claims = createInformer({ transport, target: PersistentVolumeClaims });
    const all = createInformer({ transport, target: PersistentVolumes });
    const following = Promise.all([claims.run(stop.signal), all.run(stop.signal)]);

    await forEach(CLAIMS + ONE_BY_ONE, (i) => client.kind(PersistentVolumes).create(volumeOf(`bench-${i}`)));
    await reached(all, 'Available', CLAIMS + ONE_BY_ONE);
    const singly: number[] = [];
    for (let i = 0; i < ONE_BY_ONE; i++) {
      const bound = reached(claims, 'Bound', i + 1);
      singly.push(
        await milliseconds(async () => {
          await client.kind(PersistentVolumeClaims).create(claimOf(`single-${i}`));
          await bound;
        }),
      );
    }
    const volumesFirst = await milliseconds(async () => {
      const bound = reached(claims, 'Bound', CLAIMS + ONE_BY_ONE);
      await forEach(CLAIMS, (i) => client.kind(PersistentVolumeClaims).create(claimOf(`bench-${i}`)));
      await bound;
    });

    await forEach(CLAIMS, (i) => client.kind(PersistentVolumeClaims).create(claimOf(`waits-${i}`)));
    const claimsFirst = await milliseconds(async () => {
      const bound = reached(claims, 'Bound', 2 * CLAIMS + ONE_BY_ONE);
      await forEach(CLAIMS, (i) => client.kind(PersistentVolumes).create(volumeOf(`late-${i}`)));
      await bound;
    });
    stop.abort();
    await following;
    const madeAndMounted = await made();
    return [
      { name: '1,000 claims made and bound, to volumes that are there', value: volumesFirst / 1000, unit: 's', goal: { atMost: 3 } },
      { name: '1,000 volumes made and bound, to claims that wait', value: claimsFirst / 1000, unit: 's' },
      { name: 'one claim: from the request until it is Bound, p50', value: median(singly), unit: 'ms', goal: { atMost: 30 } },
      { name: '1,000 volumes made, attached and mounted by Pods', value: madeAndMounted, unit: 's', goal: { atMost: 15 } },
      { name: 'one claim: from the request until it is Bound, p99', value: percentile(singly, 0.99), unit: 'ms' },
    ];
  },
};
