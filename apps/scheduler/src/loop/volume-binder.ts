import {
  type Node,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  PersistentVolumes,
  type Pod,
} from '@kubernats/api';
import { type Client, type Informer, keyOf } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { SELECTED_NODE, type VolumePlan } from '../plugins/volume-plan.ts';
import { AssumeCache } from './assume-cache.ts';
import { bindingState } from './binding-state.ts';

const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';

export interface VolumeInformers {
  pods: Informer<Pod>;
  nodes: Informer<Node>;
  claims: Informer<PersistentVolumeClaim>;
  volumes: Informer<PersistentVolume>;
}

interface Patience {
  signal: AbortSignal;
  timeoutMs: number;
}

interface Waiter {
  nodeName: string;
  claims: ReadonlySet<string>;
  look(): void;
}

/** Has the volumes of a Pod bound before the Pod itself: writes what was planned, and waits for who binds and makes volumes. */
export class VolumeBinder {
  readonly assumedClaims: AssumeCache<PersistentVolumeClaim>;
  readonly assumedVolumes: AssumeCache<PersistentVolume>;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #informers: VolumeInformers;
  /** By the key of the Pod. */
  readonly #waiters = new Map<string, Waiter>();
  /** The volumes that are being written, by the uids of both sides. */
  readonly #writing = new Map<string, Promise<PersistentVolume>>();

  constructor(client: Client, clock: Clock, informers: VolumeInformers) {
    const { pods, nodes, claims, volumes } = informers;
    this.#client = client;
    this.#clock = clock;
    this.#informers = informers;
    this.assumedClaims = new AssumeCache(claims);
    this.assumedVolumes = new AssumeCache(volumes);
    const lookAt = (concerned: (waiter: Waiter) => boolean): void => {
      for (const waiter of this.#waiters.values()) if (concerned(waiter)) waiter.look();
    };
    const ofClaim = (key: string): void => lookAt((waiter) => waiter.claims.has(key));
    const ofVolume = ({ spec }: PersistentVolume): void => ofClaim(`${spec?.claimRef?.namespace}/${spec?.claimRef?.name}`);
    claims.addHandler({ update: (claim) => ofClaim(keyOf(claim)), delete: (claim) => ofClaim(keyOf(claim)) });
    volumes.addHandler({
      add: ofVolume,
      update(volume, old) {
        ofVolume(old);
        ofVolume(volume);
      },
      delete: ofVolume,
    });
    nodes.addHandler({ delete: ({ metadata }) => lookAt((waiter) => waiter.nodeName === metadata?.name) });
    pods.addHandler({ delete: (pod) => this.#waiters.get(keyOf(pod))?.look() });
  }

  /** Who is decided on next sees the plan as carried out. Gives back what is to be written. */
  assume(plan: VolumePlan, nodeName: string): VolumePlan {
    return {
      ...plan,
      bindings: plan.bindings.map(({ claim, volume }) => ({ claim, volume: this.assumedVolumes.assume(setAside(volume, claim)) })),
      provisions: plan.provisions.map((claim) => this.assumedClaims.assume(selecting(claim, nodeName))),
    };
  }

  /** A plan that was assumed is not carried out. */
  restore(plan: VolumePlan): void {
    for (const { volume } of plan.bindings) this.assumedVolumes.restore(volume);
    for (const claim of plan.provisions) this.assumedClaims.restore(claim);
  }

  /**
   * Writes a plan that is assumed, and settles once all its claims are bound. Throws, with kube-scheduler's message, when that cannot be or takes longer than
   * `timeoutMs`: then the Pod is to be tried again, perhaps elsewhere.
   */
  async bind(pod: Pod, nodeName: string, plan: VolumePlan, patience: Patience): Promise<void> {
    const written = await this.#write(plan, patience.signal);
    await this.#bound(pod, nodeName, written, patience);
  }

  async #write(plan: VolumePlan, signal: AbortSignal): Promise<VolumePlan> {
    const written: VolumePlan = { bindings: [], provisions: [], conflicts: [] };
    for (const { claim, volume } of plan.bindings) {
      const answer = await this.#writeVolume(volume, signal);
      written.bindings.push({ claim, volume: this.#keep(this.assumedVolumes, this.#informers.volumes, answer) });
    }
    for (const { metadata } of plan.provisions) {
      const { name = '', namespace, uid, annotations } = metadata ?? {};
      const patch = { metadata: { uid, annotations: { [SELECTED_NODE]: annotations?.[SELECTED_NODE] } } };
      const answer = await this.#client.kind(PersistentVolumeClaims).patch(name, namespace, 'merge', patch, { signal });
      written.provisions.push(this.#keep(this.assumedClaims, this.#informers.claims, answer));
    }
    return written;
  }

  /** Pods that share a claim share the write. */
  #writeVolume(volume: PersistentVolume, signal: AbortSignal): Promise<PersistentVolume> {
    const key = `${volume.metadata?.uid}/${volume.spec?.claimRef?.uid}`;
    const writing = this.#writing.get(key) ?? this.#client.kind(PersistentVolumes).update(volume, { signal });
    this.#writing.set(key, writing);
    return writing.finally(() => this.#writing.delete(key));
  }

  #keep<T extends PersistentVolume | PersistentVolumeClaim>(cache: AssumeCache<T>, informer: Informer<T>, written: T): T {
    return informer.hasSeen(written.metadata?.resourceVersion ?? '0') ? written : cache.assume(written);
  }

  #bound(pod: Pod, nodeName: string, written: VolumePlan, { signal, timeoutMs }: Patience): Promise<void> {
    const { pods, nodes, claims, volumes } = this.#informers;
    const key = keyOf(pod);
    const waited = Promise.withResolvers<void>();
    const fail = (why: string): void => waited.reject(new Error(`binding volumes: ${why}`));
    const look = (): void => {
      if (pods.byKey(key)?.metadata?.uid !== pod.metadata?.uid)
        return fail(`pod does not exist any more: pod "${pod.metadata?.name}" not found`);
      const state = bindingState(nodeName, written, {
        node: nodes.get(nodeName),
        claim: (like) => claims.byKey(keyOf(like)),
        volume: (name) => volumes.get(name),
      });
      if (state === 'bound') waited.resolve();
      else if (state !== 'waiting') fail(state.error);
    };
    const involved = [...written.bindings.map(({ claim }) => claim), ...written.provisions];
    this.#waiters.set(key, { nodeName, claims: new Set(involved.map(keyOf)), look });
    const timer = this.#clock.setTimer(timeoutMs, () => fail('context deadline exceeded'));
    const onAbort = (): void => waited.reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    look();
    return waited.promise.finally(() => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      this.#waiters.delete(key);
    });
  }
}

/** The volume as the claim's. Who set it aside by name did the choosing. */
function setAside(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { name, namespace, uid, resourceVersion } = claim.metadata ?? {};
  const { claimRef } = volume.spec ?? {};
  if (claimRef?.uid) return volume;
  const annotations = claimRef ? volume.metadata?.annotations : { ...volume.metadata?.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  const reference = { ...claimRef, kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
  return { ...volume, metadata: { ...volume.metadata, annotations }, spec: { ...volume.spec, claimRef: reference } };
}

function selecting(claim: PersistentVolumeClaim, nodeName: string): PersistentVolumeClaim {
  const annotations = { ...claim.metadata?.annotations, [SELECTED_NODE]: nodeName };
  return { ...claim, metadata: { ...claim.metadata, annotations } };
}
