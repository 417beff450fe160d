import {
  CSIDrivers,
  type KindRef,
  type KubeObject,
  Nodes,
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
  StorageClasses,
  VolumeAttachments,
  VolumeAttributesClasses,
} from '@kubernats/api';
import type { Bus } from '@kubernats/bus';
import { type Client, createEventRecorder, type EventRecorder, type InformerSet, type Log, silentLog } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import { type LeaderElection, leadOnce, type Metrics, noMetrics, runControllers } from '@kubernats/controller';
import type { Files } from '@kubernats/files';
import type { Backends } from '@kubernats/volumes';
import { attacherController } from './attach/attacher/index.ts';
import { attachDetachController } from './attach/index.ts';
import { attributesController } from './attributes/index.ts';
import { claimController } from './claim/index.ts';
import type { VolumeControllerContext } from './context.ts';
import { deletionController } from './deletion/index.ts';
import { expansionController } from './expansion/index.ts';
import { keptPod } from './kept-pod.ts';
import { claimProtection, volumeProtection } from './protection/index.ts';
import { provisionController } from './provision/index.ts';
import { Storage } from './storage/storage.ts';
import { volumeController } from './volume/index.ts';

export interface VolumeControllerDeps {
  /** Nodes are asked over it for volumes on their own disks. */
  bus: Bus;
  client: Client;
  /** Run by the caller. */
  informers: InformerSet;
  /** What lies outside of all nodes: a folder for each back end. */
  storage: Files;
  backends: Backends;
  clock: Clock;
  random: Random;
  log?: Log;
  metrics?: Metrics;
}

export interface VolumeControllerConfig {
  /** Its name, which is in the subjects of its nodes. */
  cluster: string;
  /** Volumes are never taken from a silent node that may have them mounted, however long it is silent. Default false. */
  disableForceDetachOnTimeout?: boolean | undefined;
  /** Undefined: this is the only replica. */
  leaderElection?: LeaderElection;
}

export interface VolumeController {
  /** Resolves when it knows the cluster: it then works, or stands by. */
  readonly ready: Promise<void>;
  /** Runs until the signal aborts and what was under way is done. Rejects when another replica took the lead: start anew to stand by. */
  run(signal: AbortSignal): Promise<void>;
}

const LEASE = { name: 'kubernats-volume-controller', namespace: 'kube-system' };
/** How long the last events may take. */
const FLUSH_MS = 1_000;
const FOLLOWED: readonly KindRef[] = [
  ...[PersistentVolumes, PersistentVolumeClaims, StorageClasses, Nodes, Pods],
  ...[CSIDrivers, VolumeAttachments, VolumeAttributesClasses],
];
const LOOPS = [
  ...[claimController, volumeController, claimProtection, volumeProtection, attachDetachController, attacherController],
  ...[provisionController, deletionController, expansionController, attributesController],
];

/** Binds claims to volumes, has volumes made, attached, grown and removed, and keeps what is in use from going. */
export function createVolumeController(deps: VolumeControllerDeps, config: VolumeControllerConfig): VolumeController {
  const { client, informers, bus, backends, clock, random, log = silentLog, metrics = noMetrics } = deps;
  const recorders: EventRecorder[] = [];
  const context: VolumeControllerContext = {
    ...{ client, informers, clock, random, log, metrics, backends },
    storage: new Storage({ client, informers, clock, bus, backends, files: deps.storage }, config.cluster),
    disableForceDetachOnTimeout: config.disableForceDetachOnTimeout ?? false,
    recorder(component) {
      const recorder = createEventRecorder({ client, clock, random, log, component });
      recorders.push(recorder);
      return recorder;
    },
  };
  informers.keepOnly(Pods, keptPod);
  // Followed before it leads, so that a replica that stands by knows the cluster.
  for (const kind of FOLLOWED) informers.of<KubeObject>(kind);
  const work = async (signal: AbortSignal): Promise<void> => {
    // Not made before: their queues would fill while it stands by.
    const loops = LOOPS.map((create) => create(context));
    await runControllers(loops, signal);
    await Promise.race([Promise.all(recorders.map((recorder) => recorder.flush())), clock.sleep(FLUSH_MS)]);
  };
  const ready = informers.synced();
  const { leaderElection: election } = config;
  return { ready, run: (signal) => leadOnce({ client, clock, random, log, lease: LEASE, election, ready, lead: work }, signal) };
}
