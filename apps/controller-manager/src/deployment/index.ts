import { type Deployment, Deployments, type KubeObject, ReplicaSets } from '@kubernats/api';
import { controllerOf, labelSelectorOf } from '@kubernats/apimachinery';
import { type Informer, type InformerSet, keyOf } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { claim } from '../claim.ts';
import type { ControllerContext } from '../context.ts';
import { BY_CONTROLLER, BY_SELECTOR, ORPHANS_BY_LABEL, podInformer, replicaSetInformer } from '../informers.ts';
import { candidates, selecting, selectorBucket } from '../label-index.ts';
import { adopt, release } from '../ownership.ts';
import { apply } from './apply.ts';
import { decide } from './decide.ts';

/** Rolls templates out by way of ReplicaSets. Source: the Deployment concept. */
export function deploymentController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const act = { ...context, events: context.recorder('deployment-controller') };
  const pods = podInformer(informers);
  const replicaSets = replicaSetInformer(informers);
  const deployments = deploymentInformer(informers);

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

  function* keysOf(replicaSet: KubeObject): Generator<string> {
    const owner = controllerOf(replicaSet);
    if (owner?.kind === 'Deployment') yield `${replicaSet.metadata?.namespace}/${owner.name}`;
    if (!owner) for (const deployment of selecting(deployments, BY_SELECTOR, replicaSet)) yield keyOf(deployment);
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const deployment = deployments.byKey(key);
    if (!deployment) return undefined;
    const { namespace = '', uid = '' } = deployment.metadata ?? {};
    const selector = deployment.spec?.selector ?? {};
    const orphans = candidates(replicaSets, ORPHANS_BY_LABEL, namespace, selector.matchLabels);
    const claimed = claim(deployment, labelSelectorOf(selector), [...replicaSets.byIndex(BY_CONTROLLER, uid), ...orphans]);
    for (const replicaSet of claimed.adopt) await adopt(client.kind(Deployments), deployment, client.kind(ReplicaSets), replicaSet);
    for (const replicaSet of claimed.release) await release(client.kind(ReplicaSets), replicaSet, uid);
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

function deploymentInformer(informers: InformerSet): Informer<Deployment> {
  const deployments = informers.of(Deployments);
  deployments.addIndex(BY_SELECTOR, ({ metadata, spec }) => [selectorBucket(metadata?.namespace ?? '', spec?.selector.matchLabels)]);
  return deployments;
}
