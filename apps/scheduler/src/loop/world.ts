import {
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
import { clusterView } from '../framework/cluster-view.ts';
import { Framework } from '../framework/framework.ts';
import { defaultProfile } from '../plugins/default-profile.ts';
import type { VolumeWorld } from '../plugins/volume-needs.ts';
import type { SchedulingQueue } from '../queue/scheduling-queue.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
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
  readonly framework: Framework;
  readonly pods: Informer<Pod>;
  readonly synced: Promise<void>;
  readonly #clock: Clock;
  readonly #queue: SchedulingQueue;
  readonly #schedulerName: string;
  readonly #changed = new Set<string>();
  #timer: Timer | undefined;

  constructor(deps: { client: Client; informers: InformerSet; clock: Clock; queue: SchedulingQueue }, schedulerName: string) {
    const { client, informers, clock, queue } = deps;
    this.#clock = clock;
    this.#queue = queue;
    this.#schedulerName = schedulerName;
    informers.keepOnly(Pods, keptPod);
    this.pods = informers.of(Pods);
    const nodes = informers.of(Nodes);
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
    this.framework = new Framework(defaultProfile(schedulerName, binder), clusterView(this.snapshot, known));
    const wakeVolumes = () => this.#queue.wake(({ claims }) => claims.length > 0);
    const wakeClaim = (key: string) => this.#queue.wake(({ claims }) => claims.includes(key));
    /** A volume that is set aside helps the Pods of its claim; a free one any Pod that looks for one. */
    const offer = ({ spec }: PersistentVolume) => (spec?.claimRef ? wakeClaim(claimKey(spec.claimRef)) : wakeVolumes());
    nodes.addHandler({
      add: (node) => this.#node(node),
      update: (node, old) => this.#node(node, old),
      delete: (node) => this.#nodeGone(node),
    });
    volumes.addHandler({ add: offer, update: offer });
    classes.addHandler({ add: wakeVolumes, update: wakeVolumes });
    claims.addHandler({ add: (claim) => wakeClaim(keyOf(claim)), update: (claim) => wakeClaim(keyOf(claim)) });
    this.pods.addHandler({ add: (pod) => this.#pod(pod), update: (pod, old) => this.#pod(pod, old), delete: (pod) => this.#podGone(pod) });
    this.synced = Promise.all([...[nodes, this.pods, claims, volumes, classes].map((informer) => informer.synced), limits.synced]).then(
      () => {},
    );
  }

  /** Whether this scheduler has to find a node for the Pod. */
  isOurs(pod: Pod): boolean {
    const { nodeName, schedulerName = 'default-scheduler' } = pod.spec ?? {};
    if (nodeName || schedulerName !== this.#schedulerName || hasEnded(pod) || pod.metadata?.deletionTimestamp) return false;
    return this.framework.whyNotEnqueued(pod) === undefined;
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
      this.#queue.wake((info) => nodes.some((node) => this.framework.fitsOn(info, node)));
    });
  }

  #node(node: Node, old?: Node): void {
    this.snapshot.setNode(node);
    if (!old || !sameForScheduling(node, old)) this.nodeChanged(node.metadata?.name ?? '');
  }

  #nodeGone(node: Node): void {
    this.snapshot.removeNode(node.metadata?.name ?? '');
  }

  #pod(pod: Pod, old?: Pod): void {
    const key = keyOf(pod);
    const nodeName = pod.spec?.nodeName;
    if (nodeName) {
      this.#queue.remove(key);
      if (hasEnded(pod)) return this.#free(key);
      // Most changes of a bound Pod are its status.
      if (old && sameSpec(pod, old) && this.snapshot.nodeOf(key) === nodeName && !this.snapshot.isAssumed(key)) return;
      this.snapshot.place(podInfoOf(pod), nodeName);
      return;
    }
    if (!this.isOurs(pod)) {
      this.#queue.remove(key);
      return;
    }
    if (this.snapshot.isAssumed(key)) return;
    if (old && this.#queue.has(key) && sameSpec(pod, old)) this.#queue.refresh(podInfoOf(pod));
    else this.#queue.add(podInfoOf(pod));
  }

  #podGone(pod: Pod): void {
    const key = keyOf(pod);
    this.#queue.remove(key);
    this.#free(key);
  }

  #free(key: string): void {
    const node = this.snapshot.remove(key);
    if (node !== undefined) this.nodeChanged(node);
  }
}

const claimKey = ({ namespace, name }: { namespace?: string; name?: string }): string => `${namespace}/${name}`;
const hasEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

function sameSpec(a: Pod, b: Pod): boolean {
  const generation = a.metadata?.generation;
  return generation === undefined ? deepEqual(a.spec, b.spec) : generation === b.metadata?.generation;
}

/** What filters and scores look at; heartbeats change none of it. */
function sameForScheduling(a: Node, b: Node): boolean {
  return (
    deepEqual(a.spec, b.spec) &&
    deepEqual(a.metadata?.labels, b.metadata?.labels) &&
    deepEqual(a.status?.allocatable, b.status?.allocatable)
  );
}
