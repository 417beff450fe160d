import {
  type Namespace,
  Namespaces,
  type Node,
  Nodes,
  type PersistentVolume,
  PersistentVolumeClaims,
  PersistentVolumes,
  type Pod,
  Pods,
  StorageClasses,
  storageClassOf,
} from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { type Client, type Informer, type InformerSet, keyOf } from '@kubernats/client';
import type { Clock, Timer } from '@kubernats/clock';
import type { ClusterEvent } from '../framework/cluster-event.ts';
import { clusterView } from '../framework/cluster-view.ts';
import { Framework } from '../framework/framework.ts';
import type { Profile } from '../framework/profile.ts';
import type { VolumeWorld } from '../plugins/volume-needs.ts';
import type { SchedulingQueue } from '../queue/scheduling-queue.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { type PodInfo, podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { keptPod } from './kept-pod.ts';
import { VolumeBinder } from './volume-binder.ts';
import { volumeLimits } from './volume-limits.ts';

/** Changes of nodes are gathered for so long before waiting Pods are looked at: a Deployment that goes frees many at once. */
const GATHER_MS = 5;
/** Index of the volumes that are free, by their class. */
const BY_CLASS = 'class';
/** Index of the volumes that are set aside, by the key of the claim. */
const BY_CLAIM = 'claim';

/** Keeps the snapshot and the queue in step with what the informers report, and wakes the Pods that a change may help. */
export class World {
  readonly snapshot = new Snapshot();
  readonly pods: Informer<Pod>;
  readonly synced: Promise<void>;
  readonly #clock: Clock;
  readonly #queue: SchedulingQueue;
  /** By the name of the scheduler that Pods ask for. */
  readonly #frameworks: ReadonlyMap<string, Framework>;
  readonly #changed = new Set<string>();
  #timer: Timer | undefined;

  constructor(
    deps: { client: Client; informers: InformerSet; clock: Clock; queue: SchedulingQueue },
    profilesOf: (binder: VolumeBinder) => readonly Profile[],
  ) {
    const { client, informers, clock, queue } = deps;
    this.#clock = clock;
    this.#queue = queue;
    informers.keepOnly(Pods, keptPod);
    this.pods = informers.of(Pods);
    const nodes = informers.of(Nodes);
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
    const view = clusterView(this.snapshot, known);
    this.#frameworks = new Map(profilesOf(binder).map((profile) => [profile.schedulerName, new Framework(profile, view)]));
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
    this.synced = Promise.all([
      ...[nodes, namespaces, this.pods, claims, volumes, classes].map((informer) => informer.synced),
      limits.synced,
    ]).then(() => {});
  }

  /** The framework of the profile that the Pod asks for; undefined: another scheduler places it. */
  frameworkOf({ spec }: Pod): Framework | undefined {
    return this.#frameworks.get(spec?.schedulerName ?? 'default-scheduler');
  }

  /** Whether this scheduler has to find a node for the Pod. */
  isOurs(pod: Pod): boolean {
    const framework = this.frameworkOf(pod);
    if (!framework || pod.spec?.nodeName || hasEnded(pod) || pod.metadata?.deletionTimestamp) return false;
    return framework.whyNotEnqueued(pod) === undefined;
  }

  /** Puts every Pod that needs a node into the queue: when this replica begins to lead. */
  queueAll(): void {
    for (const pod of this.pods.values()) if (this.isOurs(pod) && !this.snapshot.isAssumed(keyOf(pod))) this.#queue.add(podInfoOf(pod));
  }

  /** Something was freed on the node, or it changed: waiting Pods that fit there now are tried again. */
  nodeChanged(name: string): void {
    this.#changed.add(name);
    this.#timer ??= this.#clock.setTimer(GATHER_MS, () => {
      this.#timer = undefined;
      const nodes = [...this.#changed].map((changed) => this.snapshot.node(changed)).filter((info): info is NodeInfo => info !== undefined);
      this.#changed.clear();
      this.#queue.wake((info) => nodes.some((node) => this.frameworkOf(info.pod)?.fitsOn(info, node) ?? false));
    });
  }

  /** The Pod could not be bound: what it was about to take is free again, unless an event has shown that it is bound after all. */
  unassume(key: string): void {
    this.#freed(this.snapshot.placed(key), this.snapshot.forget(key));
  }

  /** The Pod waits for room on a node that preemption makes for it, or no more. */
  nominate(info: PodInfo): void {
    const node = info.pod.status?.nominatedNodeName;
    if (node) this.snapshot.nominations.set(info, node);
    else this.snapshot.nominations.remove(info.key);
  }

  /** Waiting Pods that the event may help are tried again. */
  #happened(event: ClusterEvent): void {
    this.#queue.wakeRefused((info, plugin) => this.frameworkOf(info.pod)?.mayHelp(plugin, info, event) ?? false);
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
    this.snapshot.removeNode(node.metadata?.name ?? '');
    this.#happened({ resource: 'Node', action: 'deleted', object: node });
  }

  #pod(pod: Pod, old?: Pod): void {
    const key = keyOf(pod);
    const nodeName = pod.spec?.nodeName;
    if (nodeName) {
      this.#forget(key);
      if (hasEnded(pod)) return this.#free(key);
      // Most changes of a bound Pod are its status.
      const isThere = this.snapshot.nodeOf(key) === nodeName && !this.snapshot.isAssumed(key);
      if (isThere && old && sameSpec(pod, old) && sameToOthers(pod, old)) return;
      const [object, before] = [podInfoOf(pod), this.snapshot.placed(key)];
      this.snapshot.place(object, nodeName);
      this.#happened({ resource: 'Pod', action: isThere ? 'updated' : 'assigned', object, old: isThere ? before : undefined, nodeName });
      return;
    }
    if (!this.isOurs(pod)) return this.#forget(key);
    if (this.snapshot.isAssumed(key)) return;
    const info = podInfoOf(pod);
    this.nominate(info);
    if (old && this.#queue.has(key) && sameSpec(pod, old) && sameToOthers(pod, old)) this.#queue.refresh(info);
    else this.#queue.add(info);
  }

  #podGone(pod: Pod): void {
    const key = keyOf(pod);
    this.#forget(key);
    this.#free(key);
  }

  /** The Pod does not look for a node, or no more. */
  #forget(key: string): void {
    this.#queue.remove(key);
    this.snapshot.nominations.remove(key);
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
const hasEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

function sameSpec(a: Pod, b: Pod): boolean {
  const generation = a.metadata?.generation;
  return generation === undefined ? deepEqual(a.spec, b.spec) : generation === b.metadata?.generation;
}

/** What else of a Pod matters to where other Pods may go. */
const sameToOthers = ({ metadata: a }: Pod, { metadata: b }: Pod): boolean =>
  a?.deletionTimestamp === b?.deletionTimestamp && deepEqual(a?.labels, b?.labels);

/** What filters and scores look at; heartbeats change none of it. */
function sameForScheduling(a: Node, b: Node): boolean {
  return (
    deepEqual(a.spec, b.spec) &&
    deepEqual(a.metadata?.labels, b.metadata?.labels) &&
    deepEqual(a.status?.allocatable, b.status?.allocatable)
  );
}
