import { type KubeObject, type Pod, type ReplicaSet, ReplicaSets } from '@kubernats/api';
import { controllerOf, deepEqual } from '@kubernats/apimachinery';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { BY_CONTROLLER, BY_SELECTOR, ORPHANS_BY_LABEL, podInformer, replicaSetInformer } from '../informers.ts';
import { candidates, ownersOf } from '../label-index.ts';
import { OwnDeletions } from '../own-deletions.ts';
import { OwnWrites, STALE_RETRY_MS } from '../own-writes.ts';
import { isActive } from '../pods/pod.ts';
import { apply, type Memory } from './apply.ts';
import { decide } from './decide.ts';
import type { ReplicaKind } from './kind.ts';
import { statusOf } from './status.ts';

/** Keeps the wanted number of Pods. Source: the ReplicaSet concept. */
export function replicaSetController(context: ControllerContext): Controller {
  return replicaController(context, {
    ref: ReplicaSets,
    name: 'replicaset',
    component: 'replicaset-controller',
    informer: replicaSetInformer,
    asReplicaSet: (replicaSet) => replicaSet,
    statusOf: (status) => status,
  });
}

/** The loop of a kind that keeps a number of equal Pods. */
export function replicaController<T extends KubeObject>(context: ControllerContext, kind: ReplicaKind<T>): Controller {
  const { client, informers, clock } = context;
  const act = { ...context, events: context.recorder(kind.component) };
  const pods = podInformer(informers);
  const owners = kind.informer(informers);
  const memory: Memory = { created: new OwnWrites(pods), deleted: new OwnDeletions(pods) };

  const controller = createController({ ...context, name: kind.name, concurrency: 5, reconcile });
  controller.watch(owners);
  controller.watch(pods, (pod) => ownersOf(owners, BY_SELECTOR, kind.ref.kind, pod));
  return controller;

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const object = owners.byKey(key);
    if (!object) return undefined;
    const replicaSet = kind.asReplicaSet(object);
    const fresh = memory.created.seen(key);
    const nowMs = clock.now();
    const plan = decide({ replicaSet, pods: podsFor(replicaSet), relatedPods: () => relatedPods(object), fresh, nowMs });
    const outcome = await apply(plan, replicaSet, kind.ref, object, memory, act);
    const { status: counted, nextAvailableAtMs } = statusOf(replicaSet, plan.active, plan.terminating, outcome.failure, nowMs);
    const status = kind.statusOf(counted);
    if (!deepEqual(status, replicaSet.status)) await client.kind(kind.ref).updateStatus({ ...object, status });
    if (outcome.error !== undefined) throw outcome.error;
    if (!fresh) return { requeueAfterMs: STALE_RETRY_MS };
    return nextAvailableAtMs === undefined ? undefined : { requeueAfterMs: nextAvailableAtMs - nowMs };
  }

  function podsFor(replicaSet: ReplicaSet): Pod[] {
    const { namespace = '', uid = '' } = replicaSet.metadata ?? {};
    const own = pods.byIndex(BY_CONTROLLER, uid);
    const orphans = candidates(pods, ORPHANS_BY_LABEL, namespace, replicaSet.spec?.selector.matchLabels);
    return memory.deleted.without(orphans.length === 0 ? own : [...own, ...orphans.filter(isActive)]);
  }

  function* relatedPods(object: T): Generator<Pod> {
    const owner = controllerOf(object);
    const siblings = owner ? owners.byIndex(BY_CONTROLLER, owner.uid) : [object];
    for (const sibling of siblings) yield* pods.byIndex(BY_CONTROLLER, sibling.metadata?.uid ?? '');
  }
}
