import {
  Deployments,
  type Pod,
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
  PodDisruptionBudgets,
  Pods,
  ReplicaSets,
} from '@kubernats/api';
import { controllerOf, deepEqual, labelSelectorOf } from '@kubernats/apimachinery';
import { keyOf, referenceTo } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { BY_LABEL, BY_SELECTOR, indexBySelector, podInformer, replicaSetInformer } from '../informers.ts';
import { candidates, selecting } from '../label-index.ts';
import { scaledKinds } from '../scaled-kind.ts';
import { decide, failSafe, needsScale } from './decide.ts';
import { expectedScale, isKnown, type KnownScales } from './expected-scale.ts';
import { unmanagedMessage } from './unmanaged.ts';

/** Says in the status of disruption budgets how many Pods may be evicted. Source: the concept "Disruptions". */
export function disruptionController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const events = context.recorder('controllermanager');
  const pods = podInformer(informers);
  const replicaSets = replicaSetInformer(informers);
  const deployments = informers.of(Deployments);
  const findScaled = scaledKinds(informers);
  const budgets = indexBySelector(informers.of(PodDisruptionBudgets), ({ spec }) => spec?.selector?.matchLabels);
  const known: KnownScales = {
    owner(reference, namespace) {
      const informer = isKnown(reference, ReplicaSets) ? replicaSets : isKnown(reference, Deployments) ? deployments : undefined;
      const there = informer?.get(reference.name, namespace);
      return there?.metadata?.uid === reference.uid ? { replicas: there.spec?.replicas ?? 1, owner: controllerOf(there) } : undefined;
    },
  };

  const controller = createController({ ...context, name: 'disruption', concurrency: 5, reconcile });
  controller.watch(budgets);
  controller.watch(pods, keysOf);
  // What a Deployment wants can be seen in its ReplicaSets and so in their Pods, in the end; a budget need not be nearer than that.
  return controller;

  function* keysOf(pod: Pod): Generator<string> {
    for (const budget of selecting(budgets, BY_SELECTOR, pod)) if (selects(budget, pod)) yield keyOf(budget);
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const budget = budgets.byKey(key);
    if (!budget) return undefined;
    const selected = podsOf(budget);
    const about = referenceTo(PodDisruptionBudgets, budget);
    if (selected.length === 0) events.event(about, 'Normal', 'NoPods', 'No matching pods found');
    const nowMs = clock.now();
    let scale: number;
    try {
      scale = needsScale(budget) ? await expectedScale(selected, known, findScaled, client) : 0;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      events.event(about, 'Warning', 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${message}`);
      await write(budget, failSafe(budget, message, nowMs));
      throw error;
    }
    const unmanaged = unmanagedMessage(budget, selected);
    if (unmanaged !== undefined) events.event(about, 'Warning', 'UnmanagedPods', unmanaged);
    const plan = decide({ budget, pods: selected, scale, nowMs });
    const { namespace, name } = budget.metadata ?? {};
    for (const pod of plan.notDeleted) {
      const message = `Pod was expected by PDB ${namespace}/${name} to be deleted but it wasn't`;
      events.event(referenceTo(Pods, pod), 'Warning', 'NotDeleted', message);
    }
    await write(budget, plan.status);
    return plan.requeueAfterMs === undefined ? undefined : { requeueAfterMs: plan.requeueAfterMs };
  }

  function podsOf(budget: PodDisruptionBudget): Pod[] {
    if (!budget.spec?.selector) return [];
    const near = candidates(pods, BY_LABEL, budget.metadata?.namespace ?? '', budget.spec.selector.matchLabels);
    return near.filter((pod) => selects(budget, pod));
  }

  async function write(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): Promise<void> {
    if (!deepEqual(status, budget.status)) await client.kind(PodDisruptionBudgets).updateStatus({ ...budget, status });
  }
}

const selects = ({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean =>
  spec?.selector !== undefined && labelSelectorOf(spec.selector).matches(metadata?.labels);
