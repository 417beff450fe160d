import type { Node, Pod } from '@kubernats/api';
import { type Log, objectKey } from '@kubernats/client';
import type { Clock, Ids, Random, Timer } from '@kubernats/clock';
import type { NodeResources } from '@kubernats/containers';
import type { KubeletSimConfig, NodeShape } from '../config.ts';
import { NodeImages } from '../images/node-images.ts';
import type { PodContext } from '../pod/pod-context.ts';
import type { PodWorker } from '../pod/pod-worker.ts';
import type { MemoryPressure } from '../resources/eviction/memory-pressure.ts';
import { nodePressure, nodeResources } from '../resources/eviction/node-pressure.ts';
import { StorageWatch } from '../resources/eviction/storage-watch.ts';
import type { NodeRow } from '../stages/node-row.ts';
import { drawStory, NOTHING_TOLD, type Told } from '../stages/node-story.ts';
import { NodeStorage, type NodeStorageDeps } from '../volumes/storage/node-storage.ts';
import type { Fidelity } from './fidelity.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { IpPool } from './ip-pool.ts';
import type { NodeReporter } from './node-reporter.ts';
import { Silence } from './silence.ts';

/** What a node that is switched on has, from its boot to the cut of its power. */
export interface Power {
  off: AbortController;
  /** Another one at each boot. A kubelet process that is started again is a boot as well: what ran in its containers is gone. */
  bootId: string;
  bootedAtMs: number;
  machineId: string;
  /** What a table makes this boot go through, and what that means now. */
  story: readonly NodeRow[];
  told: Told;
  contexts: Map<Fidelity, PodContext>;
  /** Its CPU and memory, and who uses how much of them. */
  resources: NodeResources;
  pressure: MemoryPressure;
  storage: StorageWatch;
  /** The volumes of back ends that its Pods use. */
  volumes: NodeStorage;
  /** By uid. */
  workers: Map<string, PodWorker>;
  /** By namespace and name: of two, the one that came last. */
  byName: Map<string, PodWorker>;
  addresses: IpPool | undefined;
  images: NodeImages;
  /** Set while the API has yet to be told of an image. */
  imagesTimer: Timer | undefined;
  node: Node | undefined;
  /** Extended resources to take back. */
  dropped: readonly string[];
  heartbeat: Heartbeat | undefined;
  /** It holds the Lease, and its labels are up to date. */
  isRegistered: boolean;
  /** The API has heard of this boot. */
  hasPosted: boolean;
  done: Promise<void>;
  silence: Silence;
  reporter: NodeReporter | undefined;
}

interface PowerDeps {
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  storage: Omit<NodeStorageDeps, 'node' | 'report'>;
}

/** A node at the moment of its boot. */
export function newPower(
  { clock, random, ids, log, storage }: PowerDeps,
  kubelet: KubeletSimConfig,
  shape: NodeShape,
  tell: { report(): void; reportNow(): Promise<void>; imagesChanged(): void },
): Power {
  const resources = nodeResources(shape, clock);
  const workers = new Map<string, PodWorker>();
  const power: Power = {
    off: new AbortController(),
    bootId: ids.uid(),
    bootedAtMs: clock.now(),
    machineId: '',
    story: drawStory(kubelet.stages.nodes, random),
    told: NOTHING_TOLD,
    contexts: new Map(),
    resources,
    pressure: nodePressure(kubelet, {
      ...{ clock, resources },
      workers: () => workers.values(),
      changed: tell.report,
      tell: (type, reason, message) => power.reporter?.say(type, reason, message),
    }),
    storage: new StorageWatch({ clock, log, workers: () => workers.values() }),
    volumes: new NodeStorage({ ...storage, node: () => power.node, report: tell.reportNow }),
    workers,
    byName: new Map(),
    addresses: undefined,
    images: new NodeImages(tell.imagesChanged),
    imagesTimer: undefined,
    node: undefined,
    dropped: [],
    heartbeat: undefined,
    isRegistered: false,
    hasPosted: false,
    done: Promise.resolve(),
    silence: new Silence(),
    reporter: undefined,
  };
  return power;
}

/** Takes over what the API says of the Node, unless something newer is known: the answer to a write may come after what others wrote later. */
export function learnNode(power: Power, node: Node): void {
  if (revisionOf(node) >= revisionOf(power.node)) power.node = node;
}

const revisionOf = (node: Node | undefined): number => Number(node?.metadata?.resourceVersion ?? 0);

/** Ends all that goes on on the node. */
export async function cutPower(power: Power): Promise<void> {
  power.pressure.stop();
  power.storage.stop();
  power.off.abort(new Error('the node is switched off'));
  power.imagesTimer?.cancel();
  power.silence.end();
  await Promise.all([...power.workers.values()].map((worker) => worker.cut()));
  await power.done;
}

/** The Pods beside this one that hold what they asked for. */
export const otherPods = ({ workers }: Power, pod: Pod): Pod[] =>
  [...workers.values()].filter((worker) => !worker.isEnding && worker.pod.metadata?.uid !== pod.metadata?.uid).map((worker) => worker.pod);

/** The node no longer has this Pod. */
export function forgetWorker({ workers, byName }: Power, uid: string): void {
  const worker = workers.get(uid);
  workers.delete(uid);
  const key = objectKey(worker?.pod.metadata?.namespace, worker?.pod.metadata?.name ?? '');
  // A Pod of the same name may have come after it.
  if (byName.get(key) === worker) byName.delete(key);
}
