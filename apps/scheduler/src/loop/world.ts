import {
  isTerminal,
  type Namespace,
  Namespaces,
  type Node,
  Nodes,
  type PersistentVolume,
  PersistentVolumeClaims,
  PersistentVolumes,
  type Pod,
  PodDisruptionBudgets,
  Pods,
  StorageClasses,
  storageClassOf,
} from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { type Client, type Informer, type InformerSet, keyOf } from '@kubernats/client';
import type { Clock, Timer } from '@kubernats/clock';
import type { ClusterEvent } from '../framework/cluster-event.ts';
import { clusterView, type Outside } from '../framework/cluster-view.ts';
import { Framework } from '../framework/framework.ts';
import { PluginError } from '../framework/plugin-error.ts';
import type { Profile } from '../framework/profile.ts';
import type { WaitingPods } from '../framework/waiting-pods.ts';
import type { PluginDeps } from '../plugins/plugin-table.ts';
import type { VolumeWorld } from '../plugins/volume-needs.ts';
import { isGoingByPreemption, type PreemptionWorld } from '../preemption/preemption-world.ts';
import { type QueueOptions, SchedulingQueue } from '../queue/scheduling-queue.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { type PodInfo, podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { Evictions } from './evictions.ts';
import { keptPod } from './kept-pod.ts';
import { VolumeBinder } from './volume-binder.ts';
import { volumeLimits } from './volume-limits.ts';
import { followWorkloads } from './workloads.ts';

/** Changes of nodes are gathered for so long before waiting Pods are looked at: a Deployment that goes frees many at once. */
const GATHER_MS = 5;
/** Index of the volumes that are free, by their class. */
const BY_CLASS = 'class';
/** Index of the volumes that are set aside, by the key of the claim. */
const BY_CLAIM = 'claim';

export interface WorldDeps {
  client: Client;
  informers: InformerSet;
  clock: Clock;
  waiting: WaitingPods;
  backoff?: Pick<QueueOptions, 'initialBackoffMs' | 'maxBackoffMs'>;
  /** Plug-ins may look at them. */
  keepAnnotations: boolean;
  /** A Pod became active. */
  onWork(): void;
  /** A plug-in failed when it was asked whether the Pod may be tried. */
  onGateFailure(info: PodInfo, error: unknown): void;
}

/** Keeps the snapshot and the queue in step with what the informers report, and wakes the Pods that a change may help. */
export class World {
  readonly snapshot = new Snapshot();
  readonly pods: Informer<Pod>;
  /** The Pods that are told to go. */
  readonly evictions: Evictions;
  readonly synced: Promise<void>;
  readonly queue: SchedulingQueue;
  readonly #clock: Clock;
  readonly #deps: WorldDeps;
  /** By the name of the scheduler that Pods ask for. */
  readonly #frameworks: ReadonlyMap<string, Framework>;
  /** What plug-ins look at besides nodes and Pods. */
  readonly outside: Outside;
  readonly #changed = new Set<string>();
  #timer: Timer | undefined;

  constructor(deps: WorldDeps, profilesOf: (deps: PluginDeps) => readonly Profile[]) {
    const { client, informers, clock, waiting } = deps;
    this.#clock = clock;
    this.#deps = deps;
    informers.keepOnly(Pods, (pod) => keptPod(pod, { annotations: deps.keepAnnotations }));
    this.pods = informers.of(Pods);
    this.evictions = new Evictions(this.pods);
    const nodes = informers.of(Nodes);
    const budgets = informers.of(PodDisruptionBudgets);
    const namespaces = informers.of(Namespaces);
    const claims = informers.of(PersistentVolumeClaims);
    const volumes = informers.of(PersistentVolumes);
    const classes = informers.of(StorageClasses);
    volumes.addIndex(BY_CLASS, (volume) => (volume.spec?.claimRef ? [] : [storageClassOf(volume)]));
    volumes.addIndex(BY_CLAIM, ({ spec }) => (spec?.claimRef ? [claimKey(spec.claimRef)] : []));
    const binder = new VolumeBinder(client, clock, { pods: this.pods, nodes, claims, volumes });
    const { assumedClaims, assumedVolumes } = binder;
    const newestVolume = (volume: PersistentVolume) => assumedVolumes.newest(volume);
    const claimOf = (namespace: string, name: string) => {
      const claim = claims.get(name, namespace);
      return claim && assumedClaims.newest(claim);
    };
    const limits = volumeLimits(informers, { claim: claimOf }, (node) => this.nodeChanged(node));
    const known: VolumeWorld = {
      ...{ claim: claimOf, limits },
      volume: (name) => volumes.get(name),
      storageClass: (name) => classes.get(name),
      candidates: (claim) =>
        [...volumes.byIndex(BY_CLAIM, keyOf(claim)), ...volumes.byIndex(BY_CLASS, storageClassOf(claim))].map(newestVolume),
      isInUse: (namespace, claim) => this.snapshot.usesClaim(`${namespace}/${claim}`),
    };
    const workloads = followWorkloads(informers);
    const preemption: PreemptionWorld = {
      get budgets() {
        return budgets.values();
      },
      newest: (info) => this.newest(info),
      isPreempted: (info) => this.evictions.has(info.pod) || isGoingByPreemption(this.newest(info)),
    };
    this.outside = { volumes: known, workloads, preemption };
    const view = clusterView(this.snapshot, this.outside);
    const profiles = profilesOf({ client, binder, waiting, cluster: view });
    this.#frameworks = new Map(profiles.map((profile) => [profile.schedulerName, new Framework(profile, view)]));
    // All profiles have the same.
    const less = profiles[0]?.queueSort.less;
    this.queue = new SchedulingQueue(clock, deps.onWork, { ...deps.backoff, less, gate: (info) => this.#gate(info) });
    nodes.addHandler({
      add: (node) => this.#node(node),
      update: (node, old) => this.#node(node, old),
      delete: (node) => this.#nodeGone(node),
    });
    namespaces.addHandler({
      add: (namespace) => this.#namespace('added', namespace),
      update: (namespace, old) => this.#namespace('updated', namespace, old),
      delete: (namespace) => this.#namespace('deleted', namespace),
    });
    volumes.addHandler({
      add: (object) => this.#happened({ resource: 'PersistentVolume', action: 'added', object }),
      update: (object, old) => this.#happened({ resource: 'PersistentVolume', action: 'updated', object, old }),
    });
    classes.addHandler({
      add: (object) => this.#happened({ resource: 'StorageClass', action: 'added', object }),
      update: (object, old) => this.#happened({ resource: 'StorageClass', action: 'updated', object, old }),
    });
    claims.addHandler({
      add: (object) => this.#happened({ resource: 'PersistentVolumeClaim', action: 'added', object }),
      update: (object, old) => this.#happened({ resource: 'PersistentVolumeClaim', action: 'updated', object, old }),
    });
    this.pods.addHandler({ add: (pod) => this.#pod(pod), update: (pod, old) => this.#pod(pod, old), delete: (pod) => this.#podGone(pod) });
    const informed = [nodes, namespaces, this.pods, budgets, claims, volumes, classes].map(({ synced }) => synced);
    this.synced = Promise.all([...informed, limits.synced, workloads.synced]).then(() => {});
  }

  /** Whose Pods are placed here. */
  get schedulerNames(): Iterable<string> {
    return this.#frameworks.keys();
  }

  /** The framework of the profile that the Pod asks for; undefined: another scheduler places it. */
  frameworkOf({ spec }: Pod): Framework | undefined {
    return this.#frameworks.get(spec?.schedulerName ?? 'default-scheduler');
  }

  /** The same framework as `frameworkOf`, with another snapshot before its eyes, and other volumes perhaps: to try what would be, or tell what was. */
  frameworkOn(snapshot: Snapshot, pod: Pod, volumes: VolumeWorld = this.outside.volumes): Framework {
    const profile = this.frameworkOf(pod)?.profile;
    if (!profile) throw new Error(`no profile for the scheduler ${JSON.stringify(pod.spec?.schedulerName)}`);
    const isInUse: VolumeWorld['isInUse'] = (namespace, claim) => snapshot.usesClaim(`${namespace}/${claim}`);
    return new Framework(profile, clusterView(snapshot, { ...this.outside, volumes: { ...volumes, isInUse } }));
  }

  /** Whether this scheduler has to find a node for the Pod. */
  isOurs(pod: Pod): boolean {
    return this.frameworkOf(pod) !== undefined && !pod.spec?.nodeName && !isTerminal(pod) && !pod.metadata?.deletionTimestamp;
  }

  /** Puts every Pod that needs a node into the queue: when this replica begins to lead. */
  queueAll(): void {
    for (const pod of this.pods.values()) if (this.isOurs(pod) && !this.snapshot.isAssumed(keyOf(pod))) this.queue.add(podInfoOf(pod));
  }

  /** The Pod as it is now. */
  newest({ key, pod }: PodInfo): Pod {
    const now = this.pods.byKey(key);
    return now?.metadata?.uid === pod.metadata?.uid ? (now ?? pod) : pod;
  }

  /** Something was freed on the node, or it changed: waiting Pods that fit there now, or may when others make room, are tried again. */
  nodeChanged(name: string): void {
    this.#changed.add(name);
    this.#timer ??= this.#clock.setTimer(GATHER_MS, () => {
      this.#timer = undefined;
      const nodes = [...this.#changed].map((changed) => this.snapshot.node(changed)).filter((info): info is NodeInfo => info !== undefined);
      this.#changed.clear();
      /** Pods that are alike and wait for the same node get the same answer. */
      const answers = new Map<string, boolean>();
      this.queue.wake((info) => {
        const alike = `${this.snapshot.nominations.nodeOf(info.key) ?? ''} ${info.likeness}`;
        const answer = answers.get(alike) ?? nodes.some((node) => this.#mayFitOn(info, node));
        answers.set(alike, answer);
        return answer;
      });
    });
  }

  #mayFitOn(info: PodInfo, node: NodeInfo): boolean {
    const framework = this.frameworkOf(info.pod);
    return framework !== undefined && (framework.fitsOn(info, node) || framework.mayMakeRoom(info, node));
  }

  /** The Pod does not get to its node: what it was about to take is free again, unless an event has shown that it is bound after all. */
  unassume(key: string): void {
    this.#freed(this.snapshot.placed(key), this.snapshot.forget(key));
  }

  /** The Pod waits for room on a node that preemption makes for it, or no more. What was decided and is not written yet, as `old` shows, counts. */
  nominate(info: PodInfo, old?: Pod): void {
    const decided = old && !old.status?.nominatedNodeName ? this.snapshot.nominations.nodeOf(info.key) : undefined;
    const node = info.pod.status?.nominatedNodeName || decided;
    if (node) this.snapshot.nominations.set(info, node);
    else this.giveUpNomination(info.key);
  }

  /** Nobody makes room for the Pod any more: who waits may have it. */
  giveUpNomination(key: string): void {
    const node = this.snapshot.nominations.nodeOf(key);
    if (node === undefined) return;
    this.snapshot.nominations.remove(key);
    this.nodeChanged(node);
  }

  /** Who does not let the Pod be tried yet. */
  #gate(info: PodInfo): string | undefined {
    try {
      return this.frameworkOf(info.pod)?.notEnqueued(info.pod)?.plugin;
    } catch (error) {
      this.#deps.onGateFailure(info, error);
      return error instanceof PluginError ? error.plugin : '';
    }
  }

  /** Waiting Pods that the event may help are tried again. */
  #happened(event: ClusterEvent): void {
    this.queue.wakeRefused((info, plugin) => this.frameworkOf(info.pod)?.mayHelp(plugin, info, event) ?? false);
  }

  #namespace(action: 'added' | 'updated' | 'deleted', object: Namespace, old?: Namespace): void {
    const { name = '', labels = {} } = object.metadata ?? {};
    this.snapshot.namespaces.set(name, action === 'deleted' ? undefined : labels);
    if (!old || !deepEqual(labels, old.metadata?.labels)) this.#happened({ resource: 'Namespace', action, object, old });
  }

  #node(node: Node, old?: Node): void {
    this.snapshot.setNode(node);
    if (old && sameForScheduling(node, old)) return;
    this.nodeChanged(node.metadata?.name ?? '');
    this.#happened({ resource: 'Node', action: old ? 'updated' : 'added', object: node, old });
  }

  #nodeGone(node: Node): void {
    const name = node.metadata?.name ?? '';
    this.snapshot.removeNode(name);
    // There will be no room for them.
    this.queue.wake(({ key }) => this.snapshot.nominations.nodeOf(key) === name);
    this.#happened({ resource: 'Node', action: 'deleted', object: node });
  }

  #pod(pod: Pod, old?: Pod): void {
    const key = keyOf(pod);
    const nodeName = pod.spec?.nodeName;
    if (nodeName) {
      this.#forget(key);
      if (isTerminal(pod)) return this.#free(key);
      // Most changes of a bound Pod are its status.
      const isThere = this.snapshot.nodeOf(key) === nodeName && !this.snapshot.isAssumed(key);
      if (isThere && old && sameSpec(pod, old) && sameToOthers(pod, old) && sameRequests(pod, old)) return;
      const [object, before] = [podInfoOf(pod), this.snapshot.placed(key)];
      this.snapshot.place(object, nodeName);
      // Resized: it holds less than before.
      if (isThere && before && asksForLess(object, before)) this.nodeChanged(nodeName);
      this.#happened({ resource: 'Pod', action: isThere ? 'updated' : 'assigned', object, old: isThere ? before : undefined, nodeName });
      return;
    }
    if (!this.isOurs(pod)) return this.#forget(key);
    if (this.snapshot.isAssumed(key)) return;
    const info = podInfoOf(pod);
    this.nominate(info, old);
    if (old && this.queue.has(key) && sameSpec(pod, old) && sameToOthers(pod, old)) this.queue.refresh(info);
    else this.queue.add(info);
  }

  #podGone(pod: Pod): void {
    const key = keyOf(pod);
    this.#deps.waiting.reject(key, 'the Pod is gone');
    this.#forget(key);
    this.#free(key);
  }

  /** The Pod does not look for a node, or no more. */
  #forget(key: string): void {
    this.queue.remove(key);
    this.giveUpNomination(key);
  }

  #free(key: string): void {
    this.#freed(this.snapshot.placed(key), this.snapshot.remove(key));
  }

  #freed(object: PodInfo | undefined, nodeName: string | undefined): void {
    if (!object || nodeName === undefined) return;
    this.nodeChanged(nodeName);
    this.#happened({ resource: 'Pod', action: 'deleted', object, nodeName });
  }
}

const claimKey = ({ namespace, name }: { namespace?: string; name?: string }): string => `${namespace}/${name}`;

function sameSpec(a: Pod, b: Pod): boolean {
  const generation = a.metadata?.generation;
  return generation === undefined ? deepEqual(a.spec, b.spec) : generation === b.metadata?.generation;
}

/** What a Pod holds may change with its status alone, once it is resized (`asHeld`). */
const sameRequests = ({ spec: a }: Pod, { spec: b }: Pod): boolean =>
  a?.containers.every(({ resources }, i) => deepEqual(resources?.requests, b?.containers[i]?.resources?.requests)) === true;

const asksForLess = ({ requests: now }: PodInfo, { requests: before }: PodInfo): boolean =>
  now.cpuMilli < before.cpuMilli || now.memoryBytes < before.memoryBytes;

/** What else of a Pod matters to where other Pods may go. */
const sameToOthers = ({ metadata: a }: Pod, { metadata: b }: Pod): boolean =>
  a?.deletionTimestamp === b?.deletionTimestamp && deepEqual(a?.labels, b?.labels) && deepEqual(a?.annotations, b?.annotations);

/** What filters and scores look at; heartbeats change none of it. */
function sameForScheduling(a: Node, b: Node): boolean {
  return (
    deepEqual(a.spec, b.spec) &&
    deepEqual(a.metadata?.labels, b.metadata?.labels) &&
    deepEqual(a.status?.allocatable, b.status?.allocatable)
  );
}
