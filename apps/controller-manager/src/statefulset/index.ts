import { type PersistentVolumeClaim, PersistentVolumeClaims, type Pod, Pods, type StatefulSet, StatefulSets } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { keyOf } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { BY_SELECTOR, indexBySelector, podInformer } from '../informers.ts';
import { ownersOf, selecting } from '../label-index.ts';
import { OwnDeletions } from '../own-deletions.ts';
import { OwnWrites, STALE_RETRY_MS } from '../own-writes.ts';
import { unusedRevisions } from '../revisions/history.ts';
import { RevisionKeeper, type RevisionState } from '../revisions/keeper.ts';
import { takeOver } from '../take-over.ts';
import { apply, type Memory } from './apply.ts';
import { decide } from './decide.ts';
import { ordinalOf, revisionOf } from './identity.ts';
import { statusOf } from './status.ts';

const HASH_LABEL = 'controller.kubernetes.io/hash';
const KEPT_REVISIONS = 10;

/** Keeps Pods that each have a name and storage of their own. Source: the StatefulSet concept. */
export function statefulSetController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const act = { ...context, events: context.recorder('statefulset-controller') };
  const pods = podInformer(informers);
  const claims = informers.of(PersistentVolumeClaims);
  const sets = indexBySelector(informers.of(StatefulSets), ({ spec }) => spec?.selector.matchLabels);
  const revisions = new RevisionKeeper(context, StatefulSets, HASH_LABEL);
  const memory: Memory = { created: new OwnWrites(pods), claimed: new OwnWrites(claims), deleted: new OwnDeletions(pods) };

  const controller = createController({ ...context, name: 'statefulset', concurrency: 5, reconcile });
  controller.watch(sets);
  controller.watch(pods, (pod) => ownersOf(sets, BY_SELECTOR, 'StatefulSet', pod, (set) => ordinalOf(set, pod) !== undefined));
  controller.watch(claims, () => []);
  controller.watch(revisions.informer, () => []);
  // A Pod waits for the claims of its predecessor to go.
  claims.addHandler({
    delete(gone) {
      for (const set of selecting(sets, BY_SELECTOR, gone)) if (set.spec?.volumeClaimTemplates?.length) controller.enqueue(keyOf(set));
    },
  });
  return controller;

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const set = sets.byKey(key);
    if (!set) return undefined;
    const own = await podsOf(set);
    const state = await revisions.keep(set, set.spec?.selector ?? {}, set.status?.collisionCount ?? 0);
    const { newest: update, collisionCount } = state;
    const current = state.revisions.find(({ metadata }) => metadata?.name === set.status?.currentRevision) ?? update;
    const fresh = memory.created.seen(key) && memory.claimed.seen(key);
    const nowMs = clock.now();
    const claimOf = (name: string): PersistentVolumeClaim | undefined => claims.get(name, set.metadata?.namespace);
    const steps = fresh ? decide({ set, pods: own, claim: claimOf, current, update, nowMs }) : [];
    const error = await apply(steps, set, memory, act);

    const outdated = steps.filter((step) => step.do === 'delete' && step.because === 'outdated').length;
    const { status, nextAvailableAtMs } = statusOf({ set, pods: own, current, update, collisionCount, outdated, nowMs });
    if (!deepEqual(status, set.status)) await client.kind(StatefulSets).updateStatus({ ...set, status });
    if (error !== undefined) throw error;
    await truncate(set, own, state, [status.currentRevision, status.updateRevision]);
    if (!fresh) return { requeueAfterMs: STALE_RETRY_MS };
    return nextAvailableAtMs === undefined ? undefined : { requeueAfterMs: Math.max(0, nextAvailableAtMs - nowMs) };
  }

  /** The Pods that it controls, after it took over and gave up what it should. */
  async function podsOf(set: StatefulSet): Promise<readonly Pod[]> {
    const mayTake = (pod: Pod): boolean => ordinalOf(set, pod) !== undefined;
    const claimed = await takeOver(client, set, set.spec?.selector ?? {}, { owners: StatefulSets, kind: Pods, informer: pods, mayTake });
    return memory.deleted.seen(claimed.owned);
  }

  async function truncate(set: StatefulSet, own: readonly Pod[], state: RevisionState, used: (string | undefined)[]): Promise<void> {
    const limit = set.spec?.revisionHistoryLimit ?? KEPT_REVISIONS;
    if (set.metadata?.deletionTimestamp !== undefined || state.revisions.length <= limit) return;
    const live = new Set([...used, ...own.map(revisionOf)]);
    const unused = unusedRevisions(state.revisions, ({ metadata }) => live.has(metadata?.name));
    await revisions.remove(unused.slice(0, Math.max(0, unused.length - limit)));
  }
}
