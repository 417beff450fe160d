import { type Pod, Pods } from '@kubernats/api';
import type { Client, EventRecorder, Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { Metrics } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import type { Nominated } from '../framework/plugin.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { evict } from './evict.ts';
import { tellWaiting } from './tell-waiting.ts';
import type { World } from './world.ts';

export interface PreemptorDeps {
  client: Client;
  clock: Clock;
  /** Who speaks of what is done for a Pod. */
  recorderOf(pod: Pod): EventRecorder | undefined;
  log: Log;
  metrics: Metrics;
  world: World;
}

/** What was decided for a Pod that others make room for. */
export interface Preemption {
  nominated: Nominated;
  /** Why the Pod waits, in kube-scheduler's words. */
  message: string;
  refusedBy: ReadonlySet<string>;
}

/**
 * Makes room for Pods: nominates the node, then makes the victims go. The nomination is written first, so that whoever goes on after this process died knows
 * what the others went for. Source: kube-scheduler's preemption executor.
 */
export class Preemptor {
  readonly #deps: PreemptorDeps;
  readonly #victims: ReturnType<Metrics['histogram']>;

  constructor(deps: PreemptorDeps) {
    this.#deps = deps;
    this.#victims = deps.metrics.histogram('scheduler_preemption_victims', 'Pods that had to go for one Pod.', [], VICTIM_BUCKETS);
  }

  /** The Pod is taken from the queue until this resolves: then it waits for the victims to be gone, or is tried again if something went wrong. */
  async preempt(info: PodInfo, preemption: Preemption, signal: AbortSignal): Promise<void> {
    const { world } = this.#deps;
    const done = await this.#makeRoom(info, preemption, signal);
    // Somebody may have deleted it meanwhile, and made another of its name.
    if (world.pods.byKey(info.key)?.metadata?.uid !== info.pod.metadata?.uid) return;
    if (!done) return world.queue.retry(info.key);
    world.queue.park(info.key, preemption.refusedBy);
    // All of them may be gone already.
    world.nodeChanged(preemption.nominated.node.name);
  }

  async #makeRoom(info: PodInfo, { nominated: { node, victims }, message }: Preemption, signal: AbortSignal): Promise<boolean> {
    const { world } = this.#deps;
    const { nominations } = world.snapshot;
    const lower = nominations.on(node.name).filter(({ priority }) => priority < info.priority);
    nominations.set(info, node.name);
    const why = { reason: 'Unschedulable', message, nominatedNodeName: node.name } as const;
    if (!(await tellWaiting(this.#deps, info.pod, why, signal))) {
      world.giveUpNomination(info.key);
      return false;
    }
    await Promise.all(lower.map((each) => this.#giveUp(each, signal)));
    this.#victims.observe({}, victims.length);
    const going = victims.filter((victim) => !isLeaving(victim, world));
    const outcomes = await Promise.allSettled(going.map((victim) => this.#evict(victim, info, node.name, signal)));
    return outcomes.every(({ status }) => status === 'fulfilled');
  }

  /** Room on the node is now made for a more important Pod: this one is tried again, elsewhere. */
  async #giveUp({ key, pod }: PodInfo, signal: AbortSignal): Promise<void> {
    const { client, log, world } = this.#deps;
    const { name = '', namespace, uid } = pod.metadata ?? {};
    world.snapshot.nominations.remove(key);
    try {
      const patch = { metadata: { uid }, status: { nominatedNodeName: null } };
      await client.kind(Pods).patch(name, namespace, 'strategic', patch, { subresource: 'status', signal });
    } catch (error) {
      if (!signal.aborted && !isNotFound(error)) log.warn({ pod: key, error }, 'could not take back the nominated node');
    }
    world.queue.retry(key);
  }

  async #evict(victim: PodInfo, { key, pod }: PodInfo, nodeName: string, signal: AbortSignal): Promise<void> {
    const { log, world } = this.#deps;
    try {
      await evict({ ...this.#deps, evictions: world.evictions }, world.newest(victim), pod, nodeName, signal);
    } catch (error) {
      if (!signal.aborted) log.warn({ pod: key, victim: victim.key, error }, 'could not preempt a Pod');
      throw error;
    }
  }
}

/** As kube-scheduler counts them. */
const VICTIM_BUCKETS = [1, 2, 4, 8, 16, 32, 64];

const isLeaving = (victim: PodInfo, world: World): boolean => {
  const pod = world.newest(victim);
  return pod.metadata?.deletionTimestamp !== undefined || world.evictions.has(pod);
};
