import { Pods } from '@kubernats/api';
import {
  type Client,
  createEventRecorder,
  type EventRecorder,
  type InformerSet,
  keyOf,
  type Log,
  referenceTo,
  silentLog,
} from '@kubernats/client';
import { aborted, type Clock, type Random } from '@kubernats/clock';
import { type Metrics, noMetrics, runAsLeader } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import type { Reservation } from './framework/plugin.ts';
import { type Unscheduled, unscheduledCondition } from './loop/pod-condition.ts';
import { World } from './loop/world.ts';
import { defaultProfile } from './plugins/default-profile.ts';
import { type QueueOptions, SchedulingQueue } from './queue/scheduling-queue.ts';
import { type PodInfo, podInfoOf } from './snapshot/pod-info.ts';

export interface SchedulerDeps {
  client: Client;
  /** Run by the caller. */
  informers: InformerSet;
  clock: Clock;
  random: Random;
  log?: Log;
  metrics?: Metrics;
}

export interface SchedulerConfig {
  /** Default `default-scheduler`. */
  schedulerName?: string;
  /** How many bindings may be under way at a time. Default 256. */
  bindConcurrency?: number;
  backoff?: QueueOptions;
  /** Undefined: this is the only replica. */
  leaderElection?: { identity: string; leaseDurationMs?: number; renewDeadlineMs?: number; retryPeriodMs?: number };
}

export interface Scheduler {
  /** Resolves when it knows the cluster: it then works, or stands by. */
  readonly ready: Promise<void>;
  /** Runs until the signal aborts and what was under way is done. */
  run(signal: AbortSignal): Promise<void>;
}

const LEASE = { name: 'kube-scheduler', namespace: 'kube-system' };
/** How long the last events may take. */
const FLUSH_MS = 1_000;
/** Decisions between two looks at what has arrived meanwhile. */
const DECISIONS_AT_A_TIME = 32;

/** Finds a node for every Pod that has none: snapshot → filter → score → bind. */
export function createScheduler(deps: SchedulerDeps, config: SchedulerConfig = {}): Scheduler {
  const { client, clock, random, log } = deps;
  const loop = new SchedulingLoop(deps, config);
  return {
    ready: loop.world.synced,
    async run(signal) {
      const { leaderElection } = config;
      if (!leaderElection) return loop.run(signal);
      // Who does not know the cluster yet does not stand.
      await Promise.race([loop.world.synced, aborted(signal)]);
      await runAsLeader({ client, clock, random, log, lease: LEASE, ...leaderElection, lead: (leading) => loop.run(leading) }, signal);
    },
  };
}

class SchedulingLoop {
  readonly world: World;
  readonly #deps: SchedulerDeps;
  readonly #log: Log;
  readonly #queue: SchedulingQueue;
  readonly #recorder: EventRecorder;
  readonly #concurrency: number;
  readonly #attempts: ReturnType<Metrics['counter']>;
  readonly #duration: ReturnType<Metrics['histogram']>;
  readonly #underWay = new Set<Promise<void>>();
  /** Pods that wait for their volumes, which may take minutes: no others wait for them. */
  readonly #waiting = new Set<Promise<void>>();
  /** Called when there may be something to do: a Pod became active, or a binding is done. */
  #wakeUp: () => void = () => {};

  constructor(deps: SchedulerDeps, config: SchedulerConfig) {
    const { client, informers, clock, random, log = silentLog, metrics = noMetrics } = deps;
    const schedulerName = config.schedulerName ?? 'default-scheduler';
    this.#deps = deps;
    this.#log = log;
    this.#concurrency = config.bindConcurrency ?? 256;
    this.#queue = new SchedulingQueue(clock, () => this.#wakeUp(), config.backoff);
    this.#recorder = createEventRecorder({ client, clock, random, log, component: schedulerName, form: 'events' });
    this.#attempts = metrics.counter('scheduler_schedule_attempts_total', 'Attempts to schedule Pods, by result.', ['result']);
    this.#duration = metrics.histogram('scheduler_scheduling_algorithm_duration_seconds', 'Time of one decision.');
    this.world = new World({ client, informers, clock, queue: this.#queue }, (binder) => [defaultProfile(schedulerName, binder)]);
  }

  async run(signal: AbortSignal): Promise<void> {
    const onAbort = () => this.#wakeUp();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([this.world.synced, aborted(signal)]);
    this.world.queueAll();
    while (!signal.aborted) {
      // Asked for before looking, so that what comes while looking is not missed.
      const work = new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
      if (await this.#drain(signal)) await work;
    }
    await Promise.all(this.#waiting);
    await Promise.all(this.#underWay);
    // Events that cannot be written now must not keep the process, or the next leader, waiting.
    await Promise.race([this.#recorder.flush(), this.#deps.clock.sleep(FLUSH_MS)]);
  }

  /** Decides until nothing is left or too much is under way (true), or so many were decided that others get a turn (false). */
  async #drain(signal: AbortSignal): Promise<boolean> {
    for (let count = 0; count < DECISIONS_AT_A_TIME; count++) {
      if (signal.aborted || this.#underWay.size >= this.#concurrency) return true;
      const info = this.#queue.take();
      if (!info) return true;
      this.#schedule(info, signal);
    }
    await this.#deps.clock.sleep(0, signal).catch(() => {});
    return false;
  }

  #schedule(info: PodInfo, signal: AbortSignal): void {
    const { snapshot } = this.world;
    const framework = this.world.frameworkOf(info.pod);
    if (!framework) return this.#queue.remove(info.key);
    const start = this.#deps.clock.monotonic();
    const decision = framework.decide(info);
    this.#duration.observe({}, (this.#deps.clock.monotonic() - start) / 1000);
    if (!decision.fits) {
      this.#attempts.inc({ result: 'unschedulable' });
      this.#queue.park(info.key, decision.refusedBy);
      this.#recorder.event(referenceTo(Pods, info.pod), 'Warning', 'FailedScheduling', decision.message, { action: 'Scheduling' });
      this.#begin(this.#explain(info, { reason: 'Unschedulable', message: decision.message }, signal));
      return;
    }
    const { node } = decision;
    snapshot.nominations.remove(info.key);
    snapshot.assume(info, node.name);
    const reservations = decision.reserve();
    if (reservations.length === 0) this.#begin(this.#bind(info, node.name, signal));
    else this.#track(this.#waiting, this.#preBind(info, node.name, reservations, signal));
  }

  #begin(work: Promise<void>): void {
    this.#track(this.#underWay, work);
  }

  #track(works: Set<Promise<void>>, work: Promise<void>): void {
    const done = work.finally(() => {
      works.delete(done);
      this.#wakeUp();
    });
    works.add(done);
  }

  /** What was set aside for the Pod first, such as its volumes, then the Pod. */
  async #preBind(info: PodInfo, nodeName: string, reservations: readonly Reservation[], signal: AbortSignal): Promise<void> {
    for (const { plugin, preBind } of reservations) {
      try {
        await preBind(signal);
      } catch (error) {
        const message = `running PreBind plugin "${plugin}": ${messageOf(error)}`;
        return this.#bindFailed(info, nodeName, { error, message, podIsGone: false }, signal);
      }
    }
    this.#begin(this.#bind(info, nodeName, signal));
  }

  async #bind(info: PodInfo, nodeName: string, signal: AbortSignal): Promise<void> {
    const { key, pod } = info;
    const { name = '', namespace = '', uid } = pod.metadata ?? {};
    try {
      const target = { apiVersion: 'v1', kind: 'Node', name: nodeName };
      await this.#deps.client.kind(Pods).bind({ name, namespace, uid }, target, { signal });
    } catch (error) {
      const message = `binding rejected: running Bind plugin "DefaultBinder": ${messageOf(error)}`;
      return this.#bindFailed(info, nodeName, { error, message, podIsGone: isNotFound(error) }, signal);
    }
    this.#attempts.inc({ result: 'scheduled' });
    this.#queue.remove(key);
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
    this.#recorder.event(referenceTo(Pods, pod), 'Normal', 'Scheduled', message, { action: 'Binding' });
  }

  async #bindFailed({ key }: PodInfo, nodeName: string, { error, message, podIsGone }: Failure, signal: AbortSignal): Promise<void> {
    const { pods } = this.world;
    this.world.unassume(key);
    const pod = pods.byKey(key);
    if (pod && !podIsGone) this.world.nominate(podInfoOf(pod));
    if (!pod || podIsGone || !this.world.isOurs(pod)) this.#queue.remove(key);
    else this.#queue.retry(key);
    if (signal.aborted) return;
    this.#attempts.inc({ result: 'error' });
    this.#log.warn({ pod: key, node: nodeName, error }, 'could not bind');
    if (!pod || podIsGone) return;
    this.#recorder.event(referenceTo(Pods, pod), 'Warning', 'FailedScheduling', message, { action: 'Scheduling' });
    await this.#explain({ pod }, { reason: 'SchedulerError', message }, signal);
  }

  /** Writes into the Pod's status why it waits. */
  async #explain({ pod }: Pick<PodInfo, 'pod'>, why: Unscheduled, signal: AbortSignal): Promise<void> {
    const condition = unscheduledCondition(pod, why, this.#deps.clock.now());
    if (!condition) return;
    const { name = '', namespace, uid } = pod.metadata ?? {};
    try {
      const patch = { metadata: { uid }, status: { conditions: [condition] } };
      await this.#deps.client.kind(Pods).patch(name, namespace, 'strategic', patch, { subresource: 'status', signal });
    } catch (error) {
      // The event says the same, and the next attempt writes the condition again.
      if (!signal.aborted && !isNotFound(error)) this.#log.warn({ pod: keyOf(pod), error }, 'could not write the condition');
    }
  }
}

interface Failure {
  error: unknown;
  /** As kube-scheduler words it. */
  message: string;
  podIsGone: boolean;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
