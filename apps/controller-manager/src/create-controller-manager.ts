import { Pods } from '@kubernats/api';
import { type Client, createEventRecorder, type EventRecorder, type InformerSet, type Log, silentLog } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import { ClockSteps, type LeaderElection, leadOnce, type Metrics, noMetrics } from '@kubernats/controller';
import { CollectedKinds } from './collected-kinds.ts';
import { type ControllerManagerConfig, DEFAULTS } from './config.ts';
import type { ControllerContext } from './context.ts';
import { CONTROLLERS } from './controllers.ts';
import { keptPod } from './pods/kept-pod.ts';

export interface ControllerManagerDeps {
  client: Client;
  /** Run by the caller. */
  informers: InformerSet;
  clock: Clock;
  random: Random;
  log?: Log;
  metrics?: Metrics;
}

export interface ControllerManager {
  /** Resolves when it knows the cluster: it then works, or stands by. */
  readonly ready: Promise<void>;
  /** Runs until the signal aborts and what was under way is done. Rejects when another replica took the lead: start anew to stand by. */
  run(signal: AbortSignal): Promise<void>;
}

export type ControllerManagerOptions = Partial<ControllerManagerConfig> &
  Pick<ControllerManagerConfig, 'rootCa' | 'kinds'> & {
    /** Undefined: this is the only replica. */
    leaderElection?: LeaderElection;
  };

const LEASE = { name: 'kube-controller-manager', namespace: 'kube-system' };
/** How long the last events may take. */
const FLUSH_MS = 1_000;

/** Runs Kubernetes' controllers, one loop each, on shared informers. */
export function createControllerManager(deps: ControllerManagerDeps, options: ControllerManagerOptions): ControllerManager {
  const { client, informers, clock, random, log = silentLog, metrics = noMetrics } = deps;
  const { leaderElection, ...overrides } = options;
  const recorders: EventRecorder[] = [];
  const clockSteps = new ClockSteps(clock);
  const settings = { ...DEFAULTS, ...overrides };
  informers.keepOnly(Pods, keptPod);
  // Followed before it leads, so that a replica that stands by knows the cluster.
  const kinds = new CollectedKinds(settings.kinds, informers);
  const context: ControllerContext = {
    ...{ clockSteps, client, informers, clock, random, log, metrics },
    config: settings,
    kinds,
    recorder(component) {
      const recorder = createEventRecorder({ client, clock, random, log, component });
      recorders.push(recorder);
      return recorder;
    },
  };

  async function work(signal: AbortSignal): Promise<void> {
    // Not made before: their queues would fill while it stands by.
    const loops = CONTROLLERS.map((row) => row.create(context));
    await Promise.all([clockSteps.run(signal), ...loops.map((loop) => loop.run(signal))]);
    await Promise.race([Promise.all(recorders.map((recorder) => recorder.flush())), clock.sleep(FLUSH_MS)]);
  }

  const ready = informers.synced();
  return {
    ready,
    run: (signal) => leadOnce({ client, clock, random, log, lease: LEASE, election: leaderElection, ready, lead: work }, signal),
  };
}
