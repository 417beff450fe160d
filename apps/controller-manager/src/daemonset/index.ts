import { type DaemonSet, DaemonSets, type Node, Nodes, type Pod, Pods } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { keyOf } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { BY_SELECTOR, indexBySelector, podInformer } from '../informers.ts';
import { ownersOf } from '../label-index.ts';
import { OwnDeletions } from '../own-deletions.ts';
import { OwnWrites, STALE_RETRY_MS } from '../own-writes.ts';
import { unusedRevisions } from '../revisions/history.ts';
import { RevisionKeeper, type RevisionState } from '../revisions/keeper.ts';
import { REVISION_LABEL } from '../revisions/revision.ts';
import { takeOver } from '../take-over.ts';
import { apply, type Memory } from './apply.ts';
import { hashOf } from './daemon-pod.ts';
import { decide } from './decide.ts';
import { duplicatesOf, podsOfDuplicates, relabel } from './duplicates.ts';
import { FailedPods } from './failed-pods.ts';
import { fits } from './fits.ts';

const KEPT_REVISIONS = 10;

/** Keeps a Pod on every node, or on those that its template is for. Source: the DaemonSet concept. */
export function daemonSetController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const act = { ...context, events: context.recorder('daemonset-controller') };
  const pods = podInformer(informers);
  const nodes = informers.of(Nodes);
  const daemonSets = indexBySelector(informers.of(DaemonSets), ({ spec }) => spec?.selector.matchLabels);
  const revisions = new RevisionKeeper(context, DaemonSets, REVISION_LABEL);
  const memory: Memory = { created: new OwnWrites(pods), deleted: new OwnDeletions(pods), failed: new FailedPods() };

  const controller = createController({ ...context, name: 'daemonset', concurrency: 2, reconcile });
  controller.watch(daemonSets);
  controller.watch(pods, (pod) => ownersOf(daemonSets, BY_SELECTOR, 'DaemonSet', pod));
  controller.watch(nodes, () => []);
  controller.watch(revisions.informer, () => []);
  nodes.addHandler({
    add: (node) => look(node),
    update: (node, old) => changesFits(node, old) && look(node, old),
    delete: (node) => look(node),
  });
  daemonSets.addHandler({ delete: (daemonSet) => memory.failed.forget(keyOf(daemonSet)) });
  return controller;

  /** Enqueues those that a node concerns, in any of its states. */
  function look(...states: Node[]): void {
    for (const daemonSet of daemonSets.list()) {
      const concerned = states.some((node) => fits(daemonSet, node).run || fits(daemonSet, node).stay);
      if (concerned) controller.enqueue(keyOf(daemonSet));
    }
  }

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const daemonSet = daemonSets.byKey(key);
    // What becomes of the Pods and revisions of one that is being deleted is the garbage collector's to say.
    if (!daemonSet || daemonSet.metadata?.deletionTimestamp !== undefined) return undefined;
    const state = await revisions.keep(daemonSet, daemonSet.spec?.selector ?? {}, daemonSet.status?.collisionCount ?? 0);
    const hash = state.newest.metadata?.labels?.[REVISION_LABEL] ?? '';
    const own = await podsOf(daemonSet);
    const duplicates = duplicatesOf(daemonSet, state);
    const mislabelled = podsOfDuplicates(own, duplicates, hash);
    if (mislabelled.length > 0) {
      await relabel(mislabelled, hash, client);
      // What became of them is decided on when the informer shows it.
      return undefined;
    }
    await revisions.remove(duplicates);
    const fresh = memory.created.seen(key);
    // What failed of another template says nothing of this one.
    if (daemonSet.status?.observedGeneration !== daemonSet.metadata?.generation) memory.failed.forget(key);
    const nowMs = clock.now();
    const heldUntilMs = (node: string): number | undefined => memory.failed.heldUntilMs(key, node);
    const snapshot = { daemonSet, nodes: nodes.list(), pods: own, hash, heldUntilMs, nowMs };
    const plan = decide(snapshot, state.collisionCount);
    const error = fresh ? await apply(plan, daemonSet, hash, memory, act) : undefined;

    // What was not acted on yet is not observed yet.
    const status = fresh ? plan.status : { ...plan.status, observedGeneration: daemonSet.status?.observedGeneration };
    if (!deepEqual(status, daemonSet.status)) await client.kind(DaemonSets).updateStatus({ ...daemonSet, status });
    if (error !== undefined) throw error;
    await truncate(daemonSet, own, state);
    if (!fresh) return { requeueAfterMs: STALE_RETRY_MS };
    const due = Math.min(plan.nextAvailableAtMs ?? Number.POSITIVE_INFINITY, plan.heldUntilMs ?? Number.POSITIVE_INFINITY);
    return Number.isFinite(due) ? { requeueAfterMs: Math.max(0, due - nowMs) } : undefined;
  }

  /** The Pods that it controls, after it took over and gave up what it should. */
  async function podsOf(daemonSet: DaemonSet): Promise<readonly Pod[]> {
    const claimed = await takeOver(client, daemonSet, daemonSet.spec?.selector ?? {}, { owners: DaemonSets, kind: Pods, informer: pods });
    return memory.deleted.seen(claimed.owned);
  }

  async function truncate({ spec }: DaemonSet, own: readonly Pod[], { revisions: all, newest }: RevisionState): Promise<void> {
    const old = all.filter((revision) => revision !== newest);
    const surplus = old.length - (spec?.revisionHistoryLimit ?? KEPT_REVISIONS);
    if (surplus <= 0) return;
    const live = new Set(own.map(hashOf));
    const unused = unusedRevisions(old, ({ metadata }) => live.has(metadata?.labels?.[REVISION_LABEL]));
    await revisions.remove(unused.slice(0, surplus));
  }
}

/** Whether the node may be another one to DaemonSets: what it reports of itself is not. */
function changesFits(node: Node, old: Node): boolean {
  return !deepEqual(node.metadata?.labels, old.metadata?.labels) || !deepEqual(node.spec?.taints, old.spec?.taints);
}
