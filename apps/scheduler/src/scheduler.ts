import { type Pod, Pods } from '@kubernats/api';
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
import { emptyProfile, resolveProfiles, type SchedulerConfiguration } from './config/index.ts';
import { Decisions } from './explain/decisions.ts';
import { explainPod } from './explain/explain-pod.ts';
import { seenVolumes } from './explain/seen-volumes.ts';
import { whatIf } from './explain/what-if.ts';
import { createProfile } from './framework/create-profile.ts';
import type { Decision, Unfit } from './framework/decision.ts';
import type { Framework } from './framework/framework.ts';
import { PluginError } from './framework/plugin-error.ts';
import type { Profile } from './framework/profile.ts';
import { messageOf } from './framework/reservations.ts';
import { WaitingPods } from './framework/waiting-pods.ts';
import { bind, isToBePrepared, type Journey, permit, postBind, prepare, Refused } from './loop/binding-cycle.ts';
import { Preemptor } from './loop/preemptor.ts';
import { tellWaiting, type Waiting } from './loop/tell-waiting.ts';
import { World } from './loop/world.ts';
import { PLUGIN_TABLE, type PluginRow } from './plugins/plugin-table.ts';
import { type PodInfo, podInfoOf } from './snapshot/pod-info.ts';
import { unschedulableMessage } from './unschedulable-message.ts';

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
  /** Default `default-scheduler`. Not with a configuration, which names its profiles. */
  schedulerName?: string;
  /** What a KubeSchedulerConfiguration says. Default: one profile with kube-scheduler's plug-ins. */
  configuration?: Pick<SchedulerConfiguration, 'file' | 'profiles' | 'backoff'>;
  /** Plug-ins beside kube-scheduler's. */
  plugins?: readonly PluginRow[];
  /** How many bindings may be under way at a time. Default 256. */
  bindConcurrency?: number;
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
/** A Pod that a plug-in refused for reasons of its own, such as the time, is tried again after so long. As kube-scheduler does with all Pods. */
const PARKED_MS = 300_000;
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
  readonly #waitingPods: WaitingPods;
  /** Each profile speaks under its name. */
  readonly #recorders: ReadonlyMap<string, EventRecorder>;
  readonly #preemptor: Preemptor;
  readonly #concurrency: number;
  readonly #attempts: ReturnType<Metrics['counter']>;
  readonly #preemptions: ReturnType<Metrics['counter']>;
  readonly #duration: ReturnType<Metrics['histogram']>;
  readonly #decisions = new Decisions();
  readonly #underWay = new Set<Promise<void>>();
  /** Pods that wait for their volumes or for plug-ins, which may take minutes: no others wait for them. */
  readonly #waiting = new Set<Promise<void>>();
  /** Called when there may be something to do: a Pod became active, or a binding is done. */
  #wakeUp: () => void = () => {};
  #signal: AbortSignal = AbortSignal.abort();

  constructor(deps: SchedulerDeps, config: SchedulerConfig) {
    const { client, informers, clock, random, log = silentLog, metrics = noMetrics } = deps;
    const { schedulerName = 'default-scheduler', configuration, plugins = [] } = config;
    const { file = 'scheduler', profiles = [emptyProfile(schedulerName)], backoff } = configuration ?? {};
    const resolved = resolveProfiles({ file, profiles }, PLUGIN_TABLE, plugins);
    this.#deps = deps;
    this.#log = log;
    this.#concurrency = config.bindConcurrency ?? 256;
    this.#waitingPods = new WaitingPods(clock);
    const recorderOf = (component: string) => createEventRecorder({ client, clock, random, log, component, form: 'events' });
    this.#recorders = new Map(resolved.map((profile) => [profile.schedulerName, recorderOf(profile.schedulerName)]));
    this.#attempts = metrics.counter('scheduler_schedule_attempts_total', 'Attempts to schedule Pods, by result.', ['result']);
    this.#preemptions = metrics.counter('scheduler_preemption_attempts_total', 'Looks for Pods that could make room for one.');
    this.#duration = metrics.histogram('scheduler_scheduling_algorithm_duration_seconds', 'Time of one decision.');
    this.world = new World(
      {
        ...{ client, informers, clock, backoff, waiting: this.#waitingPods, keepAnnotations: plugins.length > 0 },
        onWork: () => this.#wakeUp(),
        onGateFailure: (info, error) => this.#tell(info, { reason: 'SchedulerError', message: messageOf(error) }),
      },
      (pluginDeps) => resolved.map((profile) => createProfile(profile, [...PLUGIN_TABLE, ...plugins], pluginDeps)),
    );
    this.#preemptor = new Preemptor({ client, clock, recorderOf: (pod) => this.#recorderOf(pod), log, metrics, world: this.world });
    this.world.pods.addHandler({ delete: (pod) => this.#decisions.forget(keyOf(pod)) });
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
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
    const flushed = Promise.all([...this.#recorders.values()].map((recorder) => recorder.flush()));
    await Promise.race([flushed, this.#deps.clock.sleep(FLUSH_MS)]);
  }

  /** Says why and what if, to those who ask, as long as this replica leads. */
  #answerQuestions(): DisposableStack {
    const subscriptions = new DisposableStack();
    const { questions, clock } = this.#deps;
    if (!questions) return subscriptions;
    const known = { world: this.world, clock, decisions: this.#decisions, queue: this.world.queue };
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
      const info = this.world.queue.take();
      if (!info) return true;
      this.#schedule(info);
    }
    await this.#deps.clock.sleep(0, signal).catch(() => {});
    return false;
  }

  #schedule(info: PodInfo): void {
    const framework = this.world.frameworkOf(info.pod);
    if (!framework) return this.world.queue.remove(info.key);
    const decision = this.#decided(framework, info);
    if (!decision) return;
    if (!decision.fits) return this.#doesNotFit(info, decision);
    this.world.giveUpNomination(info.key);
    this.world.snapshot.assume(info, decision.node.name);
    this.#setOut(info, decision, framework.profile);
  }

  /** Undefined: a plug-in has failed, and the Pod is told of it. */
  #decided(framework: Framework, info: PodInfo): Decision | undefined {
    const start = this.#deps.clock.monotonic();
    const changes = this.world.snapshot.journal.count;
    try {
      const decision = framework.decide(info);
      this.#remember(info, changes, decision);
      return decision;
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      this.world.queue.retry(info.key);
      this.#failed(info, error, error.message);
      return undefined;
    } finally {
      this.#duration.observe({}, (this.#deps.clock.monotonic() - start) / 1000);
    }
  }

  /** Before anything follows from the decision: why it was made is told by what was there. */
  #remember(info: PodInfo, changes: number, decision: Decision): void {
    const outcome = decision.fits ? { nodeName: decision.node.name } : { message: decision.message, nominated: decision.nominated };
    const volumes = seenVolumes(info, this.world.outside.volumes);
    this.#decisions.add({ info, changes, volumes, outcome, timeMs: this.#deps.clock.now() });
  }

  #doesNotFit(info: PodInfo, { message, nominated, refusedBy }: Unfit): void {
    if (refusedBy.size > 0) this.#preemptions.inc();
    if (!nominated || nominated === 'none') {
      if (nominated) this.world.giveUpNomination(info.key);
      return this.#park(info, refusedBy, { message, ...(nominated && { nominatedNodeName: '' }) }, { atNodes: true });
    }
    this.#attempts.inc({ result: 'unschedulable' });
    this.#tellByEvent(info, message);
    this.#track(this.#underWay, this.#preemptor.preempt(info, { nominated, message, refusedBy }, this.#signal));
  }

  /** The Pod is refused: it waits for something that helps it. */
  #park(info: PodInfo, refusedBy: ReadonlySet<string>, why: Omit<Waiting, 'reason'>, { atNodes }: { atNodes: boolean }): void {
    this.#attempts.inc({ result: 'unschedulable' });
    const framework = this.world.frameworkOf(info.pod);
    this.world.queue.park(info.key, refusedBy, { atNodes, atMostMs: framework?.mayChangeByThemselves(refusedBy) ? PARKED_MS : undefined });
    this.#tell(info, { reason: 'Unschedulable', ...why });
  }

  /** The Pod has a node: what it needs there is set aside, and it goes there when it may. */
  #setOut(info: PodInfo, { node, reserve }: Extract<Decision, { fits: true }>, profile: Profile): void {
    const underWay = { info, node, profile };
    try {
      const reservations = reserve();
      if (reservations.refusal) return this.#turnBack(underWay, new Refused(reservations.refusal));
      const journey = { ...underWay, reservations };
      const heldBy = this.#permitted(journey);
      if (!heldBy) return;
      if (heldBy.size === 0 && !isToBePrepared(journey)) this.#track(this.#underWay, this.#bind(journey));
      else this.#track(this.#waiting, this.#prepare(journey, heldBy));
    } catch (error) {
      this.#turnBack(underWay, error);
    }
  }

  #permitted(journey: Journey): Map<string, number> | undefined {
    try {
      return permit(journey);
    } catch (error) {
      this.#turnBack(journey, error);
      return undefined;
    }
  }

  #track(works: Set<Promise<void>>, work: Promise<void>): void {
    const done = work.finally(() => {
      works.delete(done);
      this.#wakeUp();
    });
    works.add(done);
  }

  async #prepare(journey: Journey, heldBy: ReadonlyMap<string, number>): Promise<void> {
    try {
      await prepare(journey, heldBy, this.#waitingPods, this.#signal);
    } catch (error) {
      return this.#turnBack(journey, error);
    }
    this.#track(this.#underWay, this.#bind(journey));
  }

  async #bind(journey: Journey): Promise<void> {
    const { info, node, profile } = journey;
    const { key, pod } = info;
    const { name = '', namespace = '' } = pod.metadata ?? {};
    try {
      await bind(journey, this.#signal);
    } catch (error) {
      return this.#turnBack(journey, error, { binding: true });
    }
    this.#attempts.inc({ result: 'scheduled' });
    this.world.queue.remove(key);
    const message = `Successfully assigned ${namespace}/${name} to ${node.name}`;
    this.#recorders.get(profile.schedulerName)?.event(referenceTo(Pods, pod), 'Normal', 'Scheduled', message, { action: 'Binding' });
    postBind(journey, (plugin, error) => this.#log.warn({ pod: key, plugin, error }, 'PostBind'));
  }

  /** The Pod does not get to its node: it is refused there, or something failed on the way. */
  #turnBack(
    { info, node, reservations }: Omit<Journey, 'reservations'> & Partial<Journey>,
    error: unknown,
    { binding } = { binding: false },
  ): void {
    const { pods, queue } = this.world;
    reservations?.unreserve();
    this.world.unassume(info.key);
    const pod = pods.byKey(info.key);
    const isGone = binding && error instanceof PluginError && isNotFound(error.cause);
    if (!pod || isGone) return queue.remove(info.key);
    this.world.nominate(podInfoOf(pod));
    if (!this.world.isOurs(pod)) queue.remove(info.key);
    else if (error instanceof Refused) {
      const { refusal } = error;
      const refusedBy = new Set(refusal.plugin === undefined ? [] : [refusal.plugin]);
      return this.#park(podInfoOf(pod), refusedBy, { message: unschedulableMessage(new Map([[node.name, refusal]])) }, { atNodes: false });
    } else queue.retry(info.key);
    this.#failed(podInfoOf(pod), error, `${binding ? 'binding rejected: ' : ''}${messageOf(error)}`, node.name);
  }

  #failed(info: PodInfo, error: unknown, message: string, node?: string): void {
    if (this.#signal.aborted) return;
    this.#attempts.inc({ result: 'error' });
    this.#log.warn({ pod: info.key, node, error }, 'could not be scheduled');
    this.#tell(info, { reason: 'SchedulerError', message });
  }

  /** Says why the Pod waits: in an event, and in its status. */
  #tell(info: PodInfo, why: Waiting): void {
    this.#tellByEvent(info, why.message);
    const told = tellWaiting({ ...this.#deps, log: this.#log }, info.pod, why, this.#signal);
    this.#track(
      this.#underWay,
      told.then(() => {}),
    );
  }

  #tellByEvent({ pod }: PodInfo, message: string): void {
    this.#recorderOf(pod)?.event(referenceTo(Pods, pod), 'Warning', 'FailedScheduling', message, { action: 'Scheduling' });
  }

  #recorderOf({ spec }: Pod): EventRecorder | undefined {
    return this.#recorders.get(spec?.schedulerName ?? 'default-scheduler');
  }
}
