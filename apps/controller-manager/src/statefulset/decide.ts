import { type ControllerRevision, isTerminal, type PersistentVolumeClaim, type Pod, type StatefulSet } from '@kubernats/api';
import { isTerminating } from '../pods/pod.ts';
import { templateOf } from '../revisions/revision.ts';
import { claimName, claimOwners, claimsFor, isStale } from './claims.ts';
import { isHealthy, isRunningAndAvailable } from './health.ts';
import { memberPod, missingLabels, ordinalOf, podName, replicasOf, startOf } from './identity.ts';
import { outdatedPods } from './rolling-update.ts';
import type { NeededClaims, Step } from './step.ts';

/** A set whose Pods may all be made at once gets at most so many in one reconciliation; the next one goes on. */
export const BURST_REPLICAS = 500;

export interface StatefulSetSnapshot {
  set: StatefulSet;
  /** Those that it controls. */
  pods: readonly Pod[];
  claim(name: string): PersistentVolumeClaim | undefined;
  /** The revision that Pods below the partition keep, and the one that the others get. */
  current: ControllerRevision;
  update: ControllerRevision;
  nowMs: number;
}

/**
 * The next steps of a StatefulSet. Ordered: each Pod waits until those before it are available, and there is at most one Pod to be made or taken away at
 * a time, the updates aside that `maxUnavailable` allows. Parallel: all at once. Source: the StatefulSet concept, "Deployment and Scaling Guarantees".
 */
export function decide(snapshot: StatefulSetSnapshot): Step[] {
  if (snapshot.set.metadata?.deletionTimestamp !== undefined) return [];
  const steps: Step[] = [];
  const { replicas, condemned } = placesOf(snapshot);
  for (const step of stepsOf(snapshot, replicas, condemned)) {
    steps.push(step);
    if (steps.length >= BURST_REPLICAS) break;
  }
  return steps;
}

interface Places {
  /** One for each ordinal of the set. */
  replicas: (Pod | undefined)[];
  /** Pods of ordinals that the set has no more, the highest first. */
  condemned: Pod[];
}

function placesOf({ set, pods }: StatefulSetSnapshot): Places {
  const start = startOf(set);
  const replicas = new Array<Pod | undefined>(replicasOf(set)).fill(undefined);
  const condemned: { pod: Pod; ordinal: number }[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod);
    if (ordinal === undefined) continue;
    if (ordinal >= start && ordinal < start + replicas.length) replicas[ordinal - start] = pod;
    else condemned.push({ pod, ordinal });
  }
  return { replicas, condemned: condemned.sort((a, b) => b.ordinal - a.ordinal).map(({ pod }) => pod) };
}

function* stepsOf(snapshot: StatefulSetSnapshot, replicas: readonly (Pod | undefined)[], condemned: readonly Pod[]): Generator<Step> {
  const { set, update, nowMs } = snapshot;
  const ordered = set.spec?.podManagementPolicy !== 'Parallel';
  for (const [i, pod] of replicas.entries()) {
    const settled = yield* settle(snapshot, startOf(set) + i, pod);
    if (ordered && !settled) return;
  }
  for (const pod of condemned) yield* ownClaims(snapshot, pod, true);
  // In order, a Pod that is not well is given up only when it is the first of those: nothing before it waits for it.
  const firstUnhealthy = condemned.findLast((pod) => !isHealthy(pod));
  for (const pod of condemned) {
    // What has ended will not become well: nobody waits for that.
    const waits = isTerminating(pod) || (pod !== firstUnhealthy && !isTerminal(pod) && !isSettled(snapshot, pod));
    if (ordered && waits) return;
    if (!isTerminating(pod)) yield { do: 'delete', pod, because: 'scaled' };
    if (ordered) return;
  }
  if (set.spec?.updateStrategy?.type === 'OnDelete') return;
  for (const pod of outdatedPods(set, replicas, update.metadata?.name ?? '', nowMs)) yield { do: 'delete', pod, because: 'outdated' };
}

/** Brings the Pod of an ordinal to where it should be. Answers whether the next one may follow. */
function* settle(snapshot: StatefulSetSnapshot, ordinal: number, pod: Pod | undefined): Generator<Step, boolean> {
  const { set } = snapshot;
  if (!pod) {
    yield* create(snapshot, ordinal);
    return false;
  }
  if (isTerminal(pod)) {
    if (!isTerminating(pod)) yield { do: 'delete', pod, because: 'ended' };
    return false;
  }
  if (pod.status?.phase === 'Pending') {
    const claims = neededClaims(snapshot, ordinal);
    if (claims.create.length + claims.going.length > 0 && !isTerminating(pod)) yield { do: 'provide', pod, claims };
  }
  const ordered = set.spec?.podManagementPolicy !== 'Parallel';
  if (ordered && (isTerminating(pod) || !isSettled(snapshot, pod))) return false;
  yield* ownClaims(snapshot, pod, false);
  const labels = missingLabels(pod, ordinal);
  if (labels && !isTerminating(pod)) yield { do: 'label', pod, labels };
  return true;
}

const isSettled = ({ set, nowMs }: StatefulSetSnapshot, pod: Pod): boolean =>
  isRunningAndAvailable(pod, set.spec?.minReadySeconds ?? 0, nowMs);

function* create(snapshot: StatefulSetSnapshot, ordinal: number): Generator<Step> {
  const { set, current, update } = snapshot;
  const name = podName(set, ordinal);
  for (const volume of claimVolumes(set)) {
    const claim = snapshot.claim(claimName(set, volume, ordinal));
    if (claim && isStale(claim, name)) return;
  }
  const revision = keepsCurrent(set, ordinal) ? current : update;
  // What the set says now is newer than what the revision was read back from.
  const template = revision === update && set.spec ? set.spec.template : templateOf(revision);
  const pod = memberPod(set, template, ordinal, revision.metadata?.name ?? '');
  yield* ownClaims(snapshot, pod, false);
  yield { do: 'create', pod, claims: neededClaims(snapshot, ordinal) };
}

/** Pods below the partition come back of the template that they had. */
function keepsCurrent({ spec }: StatefulSet, ordinal: number): boolean {
  if (spec?.updateStrategy?.type === 'OnDelete') return false;
  return ordinal < (spec?.ordinals?.start ?? 0) + (spec?.updateStrategy?.rollingUpdate?.partition ?? 0);
}

const claimVolumes = ({ spec }: StatefulSet): string[] => (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '');

function neededClaims({ set, claim }: StatefulSetSnapshot, ordinal: number): NeededClaims {
  if (!set.spec?.volumeClaimTemplates?.length) return { create: [], going: [] };
  const needed: NeededClaims = { create: [], going: [] };
  for (const wanted of claimsFor(set, ordinal)) {
    const there = claim(wanted.metadata?.name ?? '');
    if (!there) needed.create.push(wanted);
    else if (there.metadata?.deletionTimestamp !== undefined) needed.going.push(wanted.metadata?.name ?? '');
  }
  return needed;
}

/** Makes the set, or the Pod, own its claims, as the retention policy says. */
function* ownClaims({ set, claim }: StatefulSetSnapshot, pod: Pod, condemned: boolean): Generator<Step> {
  const ordinal = ordinalOf(set, pod);
  if (ordinal === undefined) return;
  for (const volume of claimVolumes(set)) {
    const there = claim(claimName(set, volume, ordinal));
    const owners = there && claimOwners(there, set, pod, condemned);
    if (there && owners) yield { do: 'own', claim: there, owners };
  }
}
