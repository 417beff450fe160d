import type { Pod } from '@kubernats/api';
import { inDeletionOrder } from '../pods/deletion-order.ts';
import { finishTimeMs } from '../pods/finish-time.ts';
import { backoffLeftMs, jobBackoffLeftMs } from './backoff.ts';
import { failuresAfter, type IndexFailures } from './index-failures.ts';
import { IndexSet } from './index-set.ts';
import { indexOf, type JobView } from './job-view.ts';
import type { Tally } from './tally.ts';

/** One reconciliation creates or deletes at most so many Pods; the next one goes on. */
const BURST = 500;

/** A Pod to create: of an Indexed Job with its index, and with how often that failed where each has a limit. */
export interface NewPod {
  index?: number;
  failures?: IndexFailures;
}

export interface Management {
  /** Pods to delete that are not to count. */
  remove: Pod[];
  create: NewPod[];
  /** When the back-off allows the next Pod. Milliseconds from now. */
  waitMs?: number;
}

/** Which Pods come and go to have the wanted number at work. Source: "Controlling parallelism" of the concept "Jobs". */
export function manage(view: JobView, tally: Tally): Management {
  if (view.suspended) return { remove: view.active.slice(0, BURST), create: [] };
  const wanted = wantedActive(view, tally);
  const remove = surplus(view, Math.max(0, view.active.length - wanted)).slice(0, BURST);
  if (remove.length > 0) return { remove, create: [] };
  const missing = wanted - view.active.length - (view.replacesOnlyFailed ? view.terminating.length : 0);
  if (missing <= 0) return { remove, create: [] };
  const count = Math.min(missing, BURST);
  if (view.perIndex) return { remove, ...createPerIndex(view, tally, count) };
  const waitMs = jobBackoffLeftMs(view);
  if (waitMs > 0) return { remove, create: [], waitMs };
  if (!view.indexed) return { remove, create: Array.from({ length: count }, () => ({})) };
  return { remove, create: pendingIndexes(view, tally, count).map((index) => ({ index })) };
}

function wantedActive({ completions, parallelism, active }: JobView, { succeeded }: Tally): number {
  // Of a work queue one success says that the rest only ends what it does.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** At least `count` Pods to give up: first those whose index is unknown or taken twice, then in the order of all controllers. */
function surplus(view: JobView, count: number): Pod[] {
  const order = (pods: readonly Pod[]): Pod[] => inDeletionOrder(pods, () => 0, view.nowMs);
  if (!view.indexed) return order(view.active).slice(0, count);
  const byIndex = new Map<number, Pod[]>();
  const remove: Pod[] = [];
  for (const pod of view.active) {
    const index = indexOf(pod, view);
    if (index === undefined) remove.push(pod);
    else byIndex.set(index, [...(byIndex.get(index) ?? []), pod]);
  }
  const left: Pod[] = [];
  for (const pods of byIndex.values()) {
    const ordered = pods.length > 1 ? order(pods) : pods;
    remove.push(...ordered.slice(0, -1));
    left.push(...ordered.slice(-1));
  }
  return remove.length >= count ? remove : [...remove, ...order(left).slice(0, count - remove.length)];
}

/** The lowest indexes that neither ended nor run. */
function pendingIndexes(view: JobView, { succeededIndexes, failedIndexes = IndexSet.empty }: Tally, count: number): number[] {
  const held = view.replacesOnlyFailed ? [...view.active, ...view.terminating] : view.active;
  const taken = new Set(held.map((pod) => indexOf(pod, view) ?? -1));
  const all = failedIndexes.size === 0 ? succeededIndexes : succeededIndexes.with(failedIndexes);
  return all.missing(count, view.completions ?? 0, taken);
}

/** Each index waits for its own back-off. */
function createPerIndex(view: JobView, tally: Tally, count: number): Pick<Management, 'create' | 'waitMs'> {
  const create: NewPod[] = [];
  let waitMs: number | undefined;
  for (const index of pendingIndexes(view, tally, count)) {
    const last = tally.delayed.get(index);
    const failures = failuresAfter(view, last);
    const leftMs = last ? backoffLeftMs(failures.counted + failures.ignored, finishTimeMs(last), view.nowMs) : 0;
    if (leftMs === 0) create.push({ index, failures });
    else waitMs = Math.min(waitMs ?? leftMs, leftMs);
  }
  return { create, ...(waitMs !== undefined && { waitMs }) };
}
