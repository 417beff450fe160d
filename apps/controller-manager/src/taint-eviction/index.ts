import { type Node, Nodes, type Pod, Pods } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { keyOf, referenceTo } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { BY_NODE, podInformer } from '../informers.ts';
import { disrupt } from '../pods/disrupt.ts';
import { isTerminating } from '../pods/pod.ts';
import { evictionTimeMs } from './decide.ts';
import { SeenTaints } from './seen-taints.ts';

const WHY = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' };
const EVENT = 'TaintManagerEviction';

/** Takes Pods off nodes whose NoExecute taints they do not tolerate, or not any longer. Source: kube-controller-manager's taint-eviction-controller. */
export function taintEvictionController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const events = context.recorder('taint-eviction-controller');
  const pods = podInformer(informers);
  const nodes = informers.of(Nodes);
  const taints = new SeenTaints();
  /** Keys of Pods that are to go later. */
  const marked = new Set<string>();
  const controller = createController({ ...context, name: 'taint-eviction', concurrency: 8, reconcile });
  controller.watch(nodes, () => []);
  controller.watch(pods, () => []);
  nodes.addHandler({ add: see, update: see, delete: ({ metadata }) => taints.forget(metadata?.name ?? '') });
  pods.addHandler({
    add: look,
    update(pod, old) {
      if (pod.spec?.nodeName !== old.spec?.nodeName || !deepEqual(pod.spec?.tolerations, old.spec?.tolerations)) look(pod);
    },
    delete: (pod) => marked.delete(keyOf(pod)),
  });
  return controller;

  function see(node: Node): void {
    if (!taints.see(node, clock.now())) return;
    for (const pod of pods.byIndex(BY_NODE, node.metadata?.name ?? '')) controller.enqueue(keyOf(pod));
  }

  function look(pod: Pod): void {
    if (taints.of(pod.spec?.nodeName ?? '').length > 0) controller.enqueue(keyOf(pod));
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const pod = pods.byKey(key);
    if (!pod || isTerminating(pod)) return undefined;
    const dueMs = evictionTimeMs(pod, taints.of(pod.spec?.nodeName ?? ''));
    if (dueMs === undefined) {
      if (marked.delete(key)) events.event(referenceTo(Pods, pod), 'Normal', EVENT, `Cancelling deletion of Pod ${key}`);
      return undefined;
    }
    const waitMs = dueMs - clock.now();
    if (waitMs > 0) {
      marked.add(key);
      return { requeueAfterMs: waitMs };
    }
    events.event(referenceTo(Pods, pod), 'Normal', EVENT, `Marking for deletion Pod ${key}`);
    await disrupt(client, pod, WHY, { nowMs: clock.now() });
    marked.delete(key);
    return undefined;
  }
}
