import { apiVersionOf, type CoreEvent, CoreEvents, type KindRef, type KubeObject, type ObjectReference } from '@kubernats/api';
import { type Clock, type Random, rfc3339, rfc3339Micro } from '@kubernats/clock';
import { isNotFound, isRetryable } from '@kubernats/errors';
import type { Client } from '../client.ts';
import { type Log, silentLog } from '../log.ts';
import { EventCorrelator, type EventFacts } from './correlator.ts';
import { LruMap } from './lru-map.ts';

export interface EventRecorderOptions {
  client: Client;
  clock: Clock;
  random: Random;
  log?: Log;
  /** As `kubectl describe` shows it under From: `kubelet`, `default-scheduler`, `deployment-controller`. */
  component: string;
  /** The node, for components of one node; also shown under From. */
  host?: string;
  /**
   * `core`: as most components write them (count, first and last time). `events`: as the scheduler does, with an action and
   * a time in microseconds. Default `core`.
   */
  form?: 'core' | 'events';
}

export interface EventExtras {
  /** With form `events`: what was being done, such as `Binding`. */
  action?: string;
  related?: ObjectReference;
  /** The part of the object, such as `spec.containers{web}`. */
  fieldPath?: string;
  /** Of this occurrence, instead of the recorder's (for a process that serves several nodes). */
  host?: string;
}

/** Tells people what happened to an object (`kubectl describe`, `kubectl events`). Never throws and never makes anybody wait. */
export interface EventRecorder {
  event(about: ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string, extras?: EventExtras): void;
  /** Resolves when everything that was recorded up to now was written or given up. */
  flush(): Promise<void>;
}

/** A reference to an object, as events carry it. */
export function referenceTo<T extends KubeObject>(ref: KindRef<T>, object: T): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata ?? {};
  return { kind: ref.kind, apiVersion: apiVersionOf(ref), name, namespace, uid, resourceVersion };
}

/** More than this waiting means that the API server does not keep up; events are dropped, work goes on. */
const WAITING_MAX = 10_000;
const AT_A_TIME = 16;
const TRIES = 5;
const KEPT = 4096;

interface Job {
  facts: EventFacts;
  atMs: number;
}

interface Written {
  name: string;
  namespace: string;
  count: number;
}

export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new QueuedRecorder(options);
}

class QueuedRecorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #log: Log;
  readonly #correlator = new EventCorrelator();
  readonly #written = new LruMap<string, Written>(KEPT);
  /** Jobs by object: events of one object are written in order, those of different objects side by side. */
  readonly #lanes = new Map<string, Job[]>();
  readonly #ready: string[] = [];
  #waiting = 0;
  #busy = 0;
  #idle: (() => void)[] = [];
  #latest = 0n;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
  }

  event(about: ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string, extras: EventExtras = {}): void {
    if (this.#waiting >= WAITING_MAX) {
      this.#log.warn({ about, reason }, 'event dropped: too many wait');
      return;
    }
    const { component, host, form } = this.#options;
    const { fieldPath, action, related } = extras;
    const at = extras.host ?? host;
    const facts: EventFacts = {
      involvedObject: fieldPath === undefined ? about : { ...about, fieldPath },
      type,
      reason,
      message,
      ...(form === 'events'
        ? { action, related, reportingComponent: component, reportingInstance: at ?? component }
        : { source: { component, ...(at === undefined ? {} : { host: at }) }, reportingComponent: component, reportingInstance: at ?? '' }),
    };
    const lane = `${about.namespace ?? ''}/${about.name ?? ''}/${about.uid ?? ''}`;
    const jobs = this.#lanes.get(lane);
    this.#waiting++;
    const job = { facts, atMs: this.#options.clock.now() };
    if (jobs) {
      jobs.push(job);
      return;
    }
    this.#lanes.set(lane, [job]);
    this.#ready.push(lane);
    this.#start();
  }

  flush(): Promise<void> {
    if (this.#waiting === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #start(): void {
    while (this.#busy < AT_A_TIME) {
      const lane = this.#ready.shift();
      if (lane === undefined) return;
      this.#busy++;
      void this.#drain(lane).finally(() => {
        this.#busy--;
        this.#start();
      });
    }
  }

  async #drain(lane: string): Promise<void> {
    const jobs = this.#lanes.get(lane) ?? [];
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      await this.#write(job).catch((error: unknown) => this.#log.warn({ error, reason: job?.facts.reason }, 'event dropped'));
      this.#waiting--;
    }
    this.#lanes.delete(lane);
    if (this.#waiting === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #write({ facts, atMs }: Job): Promise<void> {
    const decision = this.#correlator.decide(facts, atMs);
    if (decision.act === 'drop') return;
    const said = { ...facts, message: decision.message };
    const known = decision.act === 'count' ? this.#written.get(decision.key) : undefined;
    try {
      if (known && (await this.#count(known, said, atMs))) return;
      const event = this.#newEvent(said, atMs);
      await this.#retrying(() => this.#options.client.kind(CoreEvents).create(event));
      this.#written.set(decision.key, { name: event.metadata.name ?? '', namespace: event.metadata.namespace ?? '', count: 1 });
    } catch (error) {
      this.#correlator.forget(decision.key);
      throw error;
    }
  }

  /** False: the event has expired in the meantime. */
  async #count(known: Written, facts: EventFacts, atMs: number): Promise<boolean> {
    known.count++;
    const patch =
      this.#options.form === 'events'
        ? { series: { count: known.count, lastObservedTime: rfc3339Micro(atMs) } }
        : { count: known.count, lastTimestamp: rfc3339(atMs), message: facts.message };
    try {
      await this.#retrying(() => this.#options.client.kind(CoreEvents).patch(known.name, known.namespace, 'strategic', patch));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  #newEvent(facts: EventFacts, atMs: number): CoreEvent & { metadata: { name: string } } {
    const { name = '', namespace } = facts.involvedObject;
    const times =
      this.#options.form === 'events'
        ? { eventTime: rfc3339Micro(atMs) }
        : { firstTimestamp: rfc3339(atMs), lastTimestamp: rfc3339(atMs), count: 1 };
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${this.#nanoseconds(atMs).toString(16)}`, namespace: namespace || 'default' },
      ...facts,
      ...times,
    };
  }

  /**
   * Kubernetes ends an event's name in nanoseconds, by which lists order what happened within a second. The part below a millisecond is drawn, so that no
   * two recorders' are the same; this one's only grow.
   */
  #nanoseconds(atMs: number): bigint {
    const { random } = this.#options;
    const drawn = BigInt(atMs) * 1_000_000n + BigInt(random.int(1_000_000));
    this.#latest = drawn > this.#latest ? drawn : this.#latest + 1n + BigInt(random.int(1_000));
    return this.#latest;
  }

  async #retrying<R>(call: () => Promise<R>): Promise<R> {
    for (let tries = 1; ; tries++) {
      try {
        return await call();
      } catch (error) {
        if (!isRetryable(error) || tries >= TRIES) throw error;
        await this.#options.clock.sleep(200 * 2 ** tries * (0.5 + this.#options.random.next()));
      }
    }
  }
}
