import { isTerminal, type Node, Nodes, type Pod } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { keyOf } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { BY_NODE, podInformer } from '../informers.ts';
import { disrupt } from '../pods/disrupt.ts';
import { endsUnscheduled, strandedPods, surplusPods } from './decide.ts';

const ENDED = 'ended';
const OF_NODE = 'node/';
const OF_POD = 'pod/';
const LOST = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' };
/** So many Pods are taken away at a time. */
const AT_ONCE = 16;

/** Takes away Pods whose node is gone, those that never had one, and ended ones when they are too many. Source: the Pod lifecycle concept, "Garbage collection of Pods". */
export function podGcController(context: ControllerContext): Controller {
  const { client, informers, clock, config, metrics } = context;
  const deletions = metrics.counter('pod_gc_collector_force_delete_pods_total', 'Pods deleted by force, by why.', ['namespace', 'reason']);
  const pods = podInformer(informers);
  const nodes = informers.of(Nodes);
  pods.addIndex(ENDED, (pod) => (isTerminal(pod) ? [ENDED] : []));
  /** When each Node was found missing, by monotonic time. It may come back: a machine that registers anew. */
  const missingSince = new Map<string, number>();
  const controller = createController({ ...context, name: 'pod-garbage-collector', concurrency: 2, reconcile });
  controller.watch(nodes, () => []);
  controller.watch(pods, () => []);
  nodes.addHandler({
    update: (node, old) => !deepEqual(node.spec?.taints, old.spec?.taints) && lookAtNode(node.metadata?.name),
    delete: (node) => lookAtNode(node.metadata?.name),
  });
  pods.addHandler({
    add: look,
    update: (pod, old) => {
      if (pod.spec?.nodeName !== old.spec?.nodeName || pod.metadata?.deletionTimestamp !== old.metadata?.deletionTimestamp) look(pod);
      else if (isTerminal(pod) && !isTerminal(old)) lookAtEnded();
    },
  });
  return controller;

  function look(pod: Pod): void {
    const node = pod.spec?.nodeName;
    if (node && (pod.metadata?.deletionTimestamp || !nodes.get(node))) lookAtNode(node);
    if (endsUnscheduled(pod)) controller.enqueue(OF_POD + keyOf(pod));
    if (isTerminal(pod)) lookAtEnded();
  }

  function lookAtNode(name = ''): void {
    controller.enqueue(OF_NODE + name);
  }

  function lookAtEnded(): void {
    if (config.terminatedPodGcThreshold > 0 && pods.countByIndex(ENDED, ENDED) > config.terminatedPodGcThreshold) controller.enqueue(ENDED);
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    if (key === ENDED) {
      const surplus = surplusPods(pods.byIndex(ENDED, ENDED), config.terminatedPodGcThreshold);
      await inBatches(surplus, (pod) => remove(pod, 'terminated'));
      return undefined;
    }
    if (key.startsWith(OF_POD)) {
      const pod = pods.byKey(key.slice(OF_POD.length));
      if (pod && endsUnscheduled(pod)) await remove(pod, 'unscheduled');
      return undefined;
    }
    const name = key.slice(OF_NODE.length);
    const there = pods.byIndex(BY_NODE, name);
    const node = there.length === 0 ? undefined : (nodes.get(name) ?? (await liveNode(name)));
    if (node || there.length === 0) missingSince.delete(name);
    else {
      const since = missingSince.get(name) ?? clock.monotonic();
      missingSince.set(name, since);
      const waitMs = since + config.podGcQuarantineMs - clock.monotonic();
      if (waitMs > 0) return { requeueAfterMs: waitMs };
    }
    await inBatches(strandedPods(node, there), ({ pod, lost }) => remove(pod, lost ? 'orphaned' : 'out-of-service'));
    return undefined;
  }

  /** The reasons are those of kube-controller-manager's metric. */
  async function remove(pod: Pod, reason: 'terminated' | 'unscheduled' | 'orphaned' | 'out-of-service'): Promise<void> {
    const phase = reason === 'terminated' ? {} : { phase: 'Failed' as const };
    await disrupt(client, pod, reason === 'orphaned' ? LOST : undefined, { gracePeriodSeconds: 0, ...phase, nowMs: clock.now() });
    deletions.inc({ namespace: pod.metadata?.namespace ?? '', reason });
  }

  async function liveNode(name: string): Promise<Node | undefined> {
    try {
      return await client.kind(Nodes).get(name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

async function inBatches<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(act));
}
