import { Pods } from '@kubernats/api';
import type { Bus } from '@kubernats/bus';
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
import { type Answers, answerQuestions } from '@kubernats/explain';
import { Decisions } from './explain/decisions.ts';
import { explainPod } from './explain/explain-pod.ts';
import { seenVolumes } from './explain/seen-volumes.ts';
import { whatIf } from './explain/what-if.ts';
import type { Decision, Unfit } from './framework/framework.ts';
import type { Reservation } from './framework/plugin.ts';
import { Preemptor } from './loop/preemptor.ts';
import { tellWaiting, type Waiting } from './loop/tell-waiting.ts';
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
  /** Where the leader is asked why, and what if. Undefined: nobody asks. */
  questions?: { bus: Bus; cluster: string };
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
  readonly #preemptor: Preemptor;
  readonly #concurrency: number;
  readonly #attempts: ReturnType<Metrics['counter']>;
  readonly #preemptions: ReturnType<Metrics['counter']>;
  readonly #duration: ReturnType<Metrics['histogram']>;
  readonly #decisions = new Decisions();
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
    this.#preemptions = metrics.counter('scheduler_preemption_attempts_total', 'Looks for Pods that could make room for one.');
    this.#duration = metrics.histogram('scheduler_scheduling_algorithm_duration_seconds', 'Time of one decision.');
    this.world = new World({ client, informers, clock, queue: this.#queue }, (binder) => [defaultProfile(schedulerName, binder)]);
    this.#preemptor = new Preemptor({ client, clock, recorder: this.#recorder, log, metrics, queue: this.#queue, world: this.world });
    this.world.pods.addHandler({ delete: (pod) => this.#decisions.forget(keyOf(pod)) });
  }

  async run(signal: AbortSignal): Promise<void> {
    const onAbort = () => this.#wakeUp();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([this.world.synced, aborted(signal)]);
    this.world.queueAll();
    using _answers = this.#answerQuestions();
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

  /** Says why and what if, to those who ask, as long as this replica leads. */
  #answerQuestions(): DisposableStack {
    const subscriptions = new DisposableStack();
    const { questions, clock } = this.#deps;
    if (!questions) return subscriptions;
    const known = { world: this.world, clock, decisions: this.#decisions, queue: this.#queue };
    const answers: Answers = { explain: (question) => explainPod(known, question), whatIf: (question) => whatIf(known, question) };
    for (const name of this.world.schedulerNames) {
      const subscription = answerQuestions(questions.bus, questions.cluster, name, answers);
      subscriptions.defer(() => subscription.unsubscribe());
    }
    return subscriptions;
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
    const changes = snapshot.journal.count;
    const decision = framework.decide(info);
    this.#remember(info, changes, decision);
    this.#duration.observe({}, (this.#deps.clock.monotonic() - start) / 1000);
    if (!decision.fits) return this.#doesNotFit(info, decision, signal);
    const { node } = decision;
    this.world.giveUpNomination(info.key);
    snapshot.assume(info, node.name);
    const reservations = decision.reserve();
    if (reservations.length === 0) this.#begin(this.#bind(info, node.name, signal));
    else this.#track(this.#waiting, this.#preBind(info, node.name, reservations, signal));
  }

  #doesNotFit(info: PodInfo, { message, nominated, refusedBy }: Unfit, signal: AbortSignal): void {
    this.#attempts.inc({ result: 'unschedulable' });
    this.#recorder.event(referenceTo(Pods, info.pod), 'Warning', 'FailedScheduling', message, { action: 'Scheduling' });
    if (refusedBy.size > 0) this.#preemptions.inc();
    if (nominated && nominated !== 'none') {
      this.#begin(this.#preemptor.preempt(info, { nominated, message, refusedBy }, signal));
      return;
    }
    this.#queue.park(info.key, refusedBy);
    if (nominated) this.world.giveUpNomination(info.key);
    this.#begin(this.#tell(info, { reason: 'Unschedulable', message, ...(nominated && { nominatedNodeName: '' }) }, signal));
  }

  /** Before anything follows from the decision: why it was made is told by what was there. */
  #remember(info: PodInfo, changes: number, decision: Decision): void {
    const outcome = decision.fits ? { nodeName: decision.node.name } : { message: decision.message, nominated: decision.nominated };
    const volumes = seenVolumes(info, this.world.outside.volumes);
    this.#decisions.add({ info, changes, volumes, outcome, timeMs: this.#deps.clock.now() });
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
    const { snapshot, pods } = this.world;
    snapshot.forget(key);
    this.world.nodeChanged(nodeName);
    const pod = pods.byKey(key);
    if (pod && !podIsGone) this.world.nominate(podInfoOf(pod));
    if (!pod || podIsGone || !this.world.isOurs(pod)) this.#queue.remove(key);
    else this.#queue.retry(key);
    if (signal.aborted) return;
    this.#attempts.inc({ result: 'error' });
    this.#log.warn({ pod: key, node: nodeName, error }, 'could not bind');
    if (!pod || podIsGone) return;
    this.#recorder.event(referenceTo(Pods, pod), 'Warning', 'FailedScheduling', message, { action: 'Scheduling' });
    await this.#tell({ pod }, { reason: 'SchedulerError', message }, signal);
  }

  async #tell({ pod }: Pick<PodInfo, 'pod'>, why: Waiting, signal: AbortSignal): Promise<void> {
    await tellWaiting({ ...this.#deps, log: this.#log }, pod, why, signal);
  }
}

interface Failure {
  error: unknown;
  /** As kube-scheduler words it. */
  message: string;
  podIsGone: boolean;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
