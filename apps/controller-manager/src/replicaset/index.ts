import { type Pod, type ReplicaSet, ReplicaSets } from '@kubernats/api';
import { controllerOf, deepEqual } from '@kubernats/apimachinery';
import { keyOf } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { BY_CONTROLLER, BY_SELECTOR, ORPHANS_BY_LABEL, podInformer, replicaSetInformer } from '../informers.ts';
import { candidates, selecting } from '../label-index.ts';
import { OwnWrites } from '../own-writes.ts';
import { isActive } from '../pods/pod.ts';
import { apply, type Memory } from './apply.ts';
import { decide } from './decide.ts';
import { statusOf } from './status.ts';

/** How soon to look again when the informer does not show own writes yet. Its event normally comes first. */
const STALE_RETRY_MS = 500;

/** Keeps the wanted number of Pods. Source: the ReplicaSet concept. */
export function replicaSetController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const act = { ...context, events: context.recorder('replicaset-controller') };
  const pods = podInformer(informers);
  const replicaSets = replicaSetInformer(informers);
  const memory: Memory = { created: new OwnWrites(pods), deleted: new Set() };

  const controller = createController({ ...context, name: 'replicaset', concurrency: 5, reconcile });
  controller.watch(replicaSets);
  controller.watch(pods, (pod) => keysOf(pod));
  pods.addHandler({
    update: (pod) => pod.metadata?.deletionTimestamp && memory.deleted.delete(pod.metadata.uid ?? ''),
    delete: (pod) => memory.deleted.delete(pod.metadata?.uid ?? ''),
  });
  return controller;

  /** The ReplicaSet that controls the Pod; of an orphan those that would take it. */
  function* keysOf(pod: Pod): Generator<string> {
    const owner = controllerOf(pod);
    if (owner?.kind === 'ReplicaSet') yield `${pod.metadata?.namespace}/${owner.name}`;
    if (!owner) for (const replicaSet of selecting(replicaSets, BY_SELECTOR, pod)) yield keyOf(replicaSet);
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const replicaSet = replicaSets.byKey(key);
    if (!replicaSet) return undefined;
    const fresh = memory.created.seen(key);
    const nowMs = clock.now();
    const plan = decide({ replicaSet, pods: podsFor(replicaSet), relatedPods: () => relatedPods(replicaSet), fresh, nowMs });
    const outcome = await apply(plan, replicaSet, memory, act);
    const { status, nextAvailableAtMs } = statusOf(replicaSet, plan.active, plan.terminating, outcome.failure, nowMs);
    if (!deepEqual(status, replicaSet.status)) await client.kind(ReplicaSets).updateStatus({ ...replicaSet, status });
    if (outcome.error !== undefined) throw outcome.error;
    if (!fresh) return { requeueAfterMs: STALE_RETRY_MS };
    return nextAvailableAtMs === undefined ? undefined : { requeueAfterMs: nextAvailableAtMs - nowMs };
  }

  function podsFor(replicaSet: ReplicaSet): Pod[] {
    const { namespace = '', uid = '' } = replicaSet.metadata ?? {};
    const own = pods.byIndex(BY_CONTROLLER, uid);
    const orphans = candidates(pods, ORPHANS_BY_LABEL, namespace, replicaSet.spec?.selector.matchLabels);
    const all = orphans.length === 0 ? own : [...own, ...orphans.filter(isActive)];
    return memory.deleted.size === 0 ? all : all.filter((pod) => !memory.deleted.has(pod.metadata?.uid ?? ''));
  }

  function* relatedPods(replicaSet: ReplicaSet): Generator<Pod> {
    const owner = controllerOf(replicaSet);
    const siblings = owner ? replicaSets.byIndex(BY_CONTROLLER, owner.uid) : [replicaSet];
    for (const sibling of siblings) yield* pods.byIndex(BY_CONTROLLER, sibling.metadata?.uid ?? '');
  }
}
