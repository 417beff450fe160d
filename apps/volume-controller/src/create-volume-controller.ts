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
} from '@kubernats/api';
import { type Client, createEventRecorder, type EventRecorder, type InformerSet, type Log, silentLog } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import { type LeaderElection, leadOnce, type Metrics, noMetrics, runControllers } from '@kubernats/controller';
import { type Backends, type ControllerSide, createBackends } from '@kubernats/volumes';
import { attacherController } from './attach/attacher/index.ts';
import { attachDetachController } from './attach/index.ts';
import { claimController } from './claim/index.ts';
import type { VolumeControllerContext } from './context.ts';
import { expansionController } from './expansion/index.ts';
import { keptPod } from './kept-pod.ts';
import { claimProtection, volumeProtection } from './protection/index.ts';
import { volumeController } from './volume/index.ts';

export interface VolumeControllerDeps {
  client: Client;
  /** Run by the caller. */
  informers: InformerSet;
  clock: Clock;
  random: Random;
  log?: Log;
  metrics?: Metrics;
  /** Default: none. */
  backends?: Backends;
  /** What a back end of this name has. */
  sideOf?(backend: string): ControllerSide;
}

export interface VolumeControllerConfig {
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
  PersistentVolumes,
  PersistentVolumeClaims,
  StorageClasses,
  Nodes,
  Pods,
  CSIDrivers,
  VolumeAttachments,
];
const LOOPS = [
  claimController,
  volumeController,
  expansionController,
  claimProtection,
  volumeProtection,
  attachDetachController,
  attacherController,
];

/** Binds claims to volumes and keeps both from going while they are in use. */
export function createVolumeController(deps: VolumeControllerDeps, config: VolumeControllerConfig = {}): VolumeController {
  const { client, informers, clock, random, log = silentLog, metrics = noMetrics, backends = createBackends([]) } = deps;
  const { sideOf = noSide } = deps;
  const recorders: EventRecorder[] = [];
  const context: VolumeControllerContext = {
    ...{ client, informers, clock, random, log, metrics, backends, sideOf },
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

function noSide(backend: string): never {
  throw new Error(`there is no storage for the back end ${backend}`);
}
