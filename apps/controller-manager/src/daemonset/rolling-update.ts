import type { DaemonSet, Pod } from '@kubernats/api';
import { scaled } from '../count-or-percent.ts';
import { isTerminating } from '../pods/pod.ts';
import { hashOf } from './daemon-pod.ts';
import { fits } from './fits.ts';
import type { Changes } from './manage.ts';
import { type DaemonSetSnapshot, isAvailable } from './snapshot.ts';

/** How many nodes may have no available Pod, and how many two, of those that should have one. Both zero would never move: then one may be without. */
export function updateLimits({ spec }: DaemonSet, desired: number): { maxUnavailable: number; maxSurge: number } {
  const { maxUnavailable, maxSurge } = spec?.updateStrategy?.rollingUpdate ?? {};
  const limits = { maxUnavailable: scaled(maxUnavailable ?? 1, desired, Math.ceil), maxSurge: scaled(maxSurge, desired, Math.ceil) };
  return limits.maxUnavailable === 0 && limits.maxSurge === 0 ? { maxUnavailable: 1, maxSurge: 0 } : limits;
}

/** The next step of a roll-out. Source: "Perform a Rolling Update on a DaemonSet" and KEP-1591 (surge). */
export function rollingUpdate(snapshot: DaemonSetSnapshot, byNode: ReadonlyMap<string, Pod[]>): Changes {
  const wanted = snapshot.nodes.filter((node) => fits(snapshot.daemonSet, node).run).map(({ metadata }) => metadata?.name ?? '');
  const { maxUnavailable, maxSurge } = updateLimits(snapshot.daemonSet, wanted.length);
  const places = new Map([...wanted.map((name): [string, Pod[]] => [name, []]), ...byNode]);
  return maxSurge === 0 ? replace(snapshot, places, maxUnavailable) : surge(snapshot, places, new Set(wanted), maxSurge);
}

/** A node's living Pods by their template; undefined where there is more than one of either, which is not for a roll-out to mend. */
function oldAndNew(pods: readonly Pod[], hash: string): { old?: Pod; new?: Pod } | undefined {
  const found: { old?: Pod; new?: Pod } = {};
  for (const pod of pods) {
    if (isTerminating(pod)) continue;
    const side = hashOf(pod) === hash ? 'new' : 'old';
    if (found[side]) return undefined;
    found[side] = pod;
  }
  return found;
}

/** Takes old Pods away, as many as may be missing; those that are no use at once. Their successors come by themselves. */
function replace(snapshot: DaemonSetSnapshot, places: ReadonlyMap<string, Pod[]>, maxUnavailable: number): Changes {
  let unavailable = 0;
  const useless: Pod[] = [];
  const candidates: Pod[] = [];
  for (const pods of places.values()) {
    const found = oldAndNew(pods, snapshot.hash);
    if (!found || Boolean(found.old) === Boolean(found.new)) unavailable++;
    else if (found.new) unavailable += Number(!isAvailable(snapshot, found.new));
    else if (found.old) (isAvailable(snapshot, found.old) ? candidates : useless).push(found.old);
  }
  const allowed = candidates.slice(0, Math.max(0, maxUnavailable - unavailable));
  return { create: [], remove: [...useless, ...allowed].map((pod) => ({ pod })) };
}

/** Makes new Pods beside old ones, on as many nodes as may have two, and at once where the old one is no use; an old one goes when the new one is available. */
function surge(snapshot: DaemonSetSnapshot, places: ReadonlyMap<string, Pod[]>, wanted: ReadonlySet<string>, maxSurge: number): Changes {
  let surging = 0;
  let available = 0;
  const replaced: Pod[] = [];
  const unwanted: Pod[] = [];
  const atOnce: string[] = [];
  const candidates: string[] = [];
  for (const [node, pods] of places) {
    const found = oldAndNew(pods, snapshot.hash);
    if (!found) {
      surging++;
      continue;
    }
    const { old, new: next } = found;
    const counted = old ?? next;
    if (counted && isAvailable(snapshot, counted)) available++;
    if (!old) continue;
    if (next) {
      if (isAvailable(snapshot, next)) replaced.push(old);
      else surging++;
    } else if (!wanted.has(node)) unwanted.push(old);
    else (isAvailable(snapshot, old) ? candidates : atOnce).push(node);
  }
  // A node that is not wanted any more keeps its Pod until another node's is available.
  const dispensable = unwanted.slice(0, Math.max(0, available - wanted.size));
  const allowed = candidates.slice(0, Math.max(0, maxSurge - surging));
  return { create: [...atOnce, ...allowed], remove: [...replaced, ...dispensable].map((pod) => ({ pod })) };
}
