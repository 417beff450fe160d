import { Deployments, type KubeObject, ReplicaSets } from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { BY_CONTROLLER, BY_SELECTOR, indexBySelector, podInformer, replicaSetInformer } from '../informers.ts';
import { ownersOf } from '../label-index.ts';
import { takeOver } from '../take-over.ts';
import { apply } from './apply.ts';
import { decide } from './decide.ts';

/** Rolls templates out by way of ReplicaSets. Source: the Deployment concept. */
export function deploymentController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const act = { ...context, events: context.recorder('deployment-controller') };
  const pods = podInformer(informers);
  const replicaSets = replicaSetInformer(informers);
  const deployments = indexBySelector(informers.of(Deployments), ({ spec }) => spec?.selector.matchLabels);

  const controller = createController({ ...context, name: 'deployment', concurrency: 5, reconcile });
  controller.watch(deployments);
  controller.watch(replicaSets, keysOf);
  // Only Recreate looks at Pods, and it waits for the last one to go.
  pods.addHandler({
    delete(pod) {
      const owner = controllerOf(pod);
      const replicaSet = owner?.kind === 'ReplicaSet' ? replicaSets.get(owner.name, pod.metadata?.namespace) : undefined;
      if (!replicaSet) return;
      for (const key of keysOf(replicaSet)) if (deployments.byKey(key)?.spec?.strategy?.type === 'Recreate') controller.enqueue(key);
    },
  });
  return controller;

  function keysOf(replicaSet: KubeObject): Generator<string> {
    return ownersOf(deployments, BY_SELECTOR, 'Deployment', replicaSet);
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const deployment = deployments.byKey(key);
    if (!deployment) return undefined;
    const kinds = { owners: Deployments, kind: ReplicaSets, informer: replicaSets };
    const claimed = await takeOver(client, deployment, deployment.spec?.selector ?? {}, kinds);
    // What changed hands is decided on when the informer shows it.
    if (claimed.adopt.length > 0 || claimed.release.length > 0) return undefined;

    const nowMs = clock.now();
    const plan = decide({
      deployment,
      replicaSets: claimed.owned,
      podsOf: (replicaSet) => pods.byIndex(BY_CONTROLLER, replicaSet.metadata?.uid ?? ''),
      nowMs,
    });
    await apply(plan, deployment, act);
    // One second more: the deadline itself is compared in whole seconds.
    return plan.deadlineMs === undefined ? undefined : { requeueAfterMs: Math.max(0, plan.deadlineMs - nowMs) + 1000 };
  }
}
