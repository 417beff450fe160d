import { type DaemonSet, type Deployment, type Job, type KindRef, type KubeObject, type Pod, Pods, ReplicaSets } from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnyState, anyState, arrange, KINDS, type SetKind } from './any-state.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { unlessGone } from './deaths.ts';
import { isReady } from './objects.ts';

// What nodes say is not what this is about.
const NEVER = { nodeMonitorGracePeriodMs: 1e9, nodeStartupGracePeriodMs: 1e9 };
/** The longest that a Job waits after a failure is ten minutes. */
const LOOKS_MAX = 200;

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
const setOf = (plane: ControlPlane, kind: SetKind): Promise<KubeObject> =>
  plane.client.kind(KINDS[kind] as KindRef<KubeObject>).get('web', 'default');

/** What kubelets do: Pods that run become ready, those of Jobs end well, and those that are to go are gone. */
async function tend(plane: ControlPlane): Promise<void> {
  const pods = plane.client.kind(Pods);
  for (const pod of await plane.list(Pods)) {
    const name = pod.metadata?.name ?? '';
    if (pod.metadata?.deletionTimestamp) await pods.delete(name, 'default', { gracePeriodSeconds: 0 }).catch(unlessGone);
    else if (!hasEnded(pod) && !isReady(pod)) {
      const phase = controllerOf(pod)?.kind === 'Job' ? 'Succeeded' : 'Running';
      const status = { phase, conditions: [{ type: 'Ready', status: phase === 'Running' ? 'True' : 'False' }] };
      await pods.patch(name, 'default', 'strategic', { status }, { subresource: 'status' }).catch(unlessGone);
    } else if (!hasEnded(pod) && controllerOf(pod)?.kind === 'Job') {
      await pods.patch(name, 'default', 'merge', { status: { phase: 'Succeeded' } }, { subresource: 'status' }).catch(unlessGone);
    }
  }
}

/** The Pods that do the set's work; of a Deployment, those of its ReplicaSets. */
async function membersOf(plane: ControlPlane, set: KubeObject): Promise<Pod[]> {
  const owners = new Set([set.metadata?.uid]);
  if (set.kind === 'Deployment') {
    for (const each of await plane.list(ReplicaSets)) if (controllerOf(each)?.uid === set.metadata?.uid) owners.add(each.metadata?.uid);
  }
  return (await plane.list(Pods)).filter((pod) => owners.has(controllerOf(pod)?.uid) && !pod.metadata?.deletionTimestamp && !hasEnded(pod));
}

/** Whether the set has all that it should, and says so. */
async function isThere(plane: ControlPlane, { kind, replicas }: AnyState): Promise<boolean> {
  const set = await setOf(plane, kind);
  if (kind === 'Job') return (set as Job).status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ?? false;
  const members = await membersOf(plane, set);
  const wanted = kind === 'DaemonSet' ? 2 : replicas;
  if (members.length !== wanted || !members.every(isReady)) return false;
  const { status = {} } = set as Deployment;
  if (status.observedGeneration !== set.metadata?.generation) return false;
  if (kind === 'DaemonSet') return ((set as DaemonSet).status?.updatedNumberScheduled ?? 0) === 2;
  return (
    (status.readyReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (kind !== 'Deployment' || (status.updatedReplicas ?? 0) === wanted)
  );
}

async function converges(state: AnyState): Promise<void> {
  await using plane = await startControlPlane(NEVER, { direct: true });
  await plane.pass(1);
  plane.dieAfter(0);
  await arrange(plane, state);
  await plane.restart();
  for (let looks = 0; !(await isThere(plane, state)); looks++) {
    expect(looks, `not there: ${plane.written.join(', ')}`).toBeLessThan(LOOKS_MAX);
    await tend(plane);
    await plane.clock.advance(5_000);
  }
  for (let looks = 0; looks < 3; looks++) {
    await tend(plane);
    await plane.clock.advance(5_000);
  }
  const writes = plane.written.length;
  await plane.pass(20);
  expect(plane.written.slice(writes), 'written though all is as it should be').toEqual([]);
  expect(await isThere(plane, state)).toBe(true);
  const uids = new Set([...(await plane.list(ReplicaSets)), await setOf(plane, state.kind)].map(({ metadata }) => metadata?.uid));
  for (const { metadata } of await plane.list(Pods)) {
    const controllers = (metadata?.ownerReferences ?? []).filter(({ controller }) => controller);
    expect(controllers.length).toBeLessThanOrEqual(1);
    // Nothing is left of an owner that is not there.
    for (const { uid, kind } of controllers) expect(kind === 'ConfigMap' || uids.has(uid)).toBe(true);
    if (state.kind === 'Job') expect(metadata?.finalizers).toBeUndefined();
  }
}

const RUNS: Record<SetKind, number> = {
  ReplicaSet: 15,
  ReplicationController: 5,
  Deployment: 20,
  StatefulSet: 15,
  DaemonSet: 15,
  Job: 20,
};

test.each(Object.entries(RUNS) as [SetKind, number][])(
  'P8: a %s comes to what it should be from any state, and then leaves it alone',
  async (kind, numRuns) => {
    await fc.assert(fc.asyncProperty(anyState(kind), converges), { numRuns });
  },
);
