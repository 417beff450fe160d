import { isTerminal, type Pod } from '@kubernats/api';
import { controllerOf, deepEqual } from '@kubernats/apimachinery';
import type { PlannedWorkload } from '@kubernats/explain';
import type { Held } from '../cache/stored.ts';
import { type Core, placeOfResource } from '../core.ts';
import { templateOf, type Wanted } from './workload-kinds.ts';

export type Change = Pick<PlannedWorkload, 'count' | 'replaces'> & { note?: string };

/**
 * What a new version of a workload that is there would do: with another template all its Pods are replaced, as at the end of a rollout; with the same one
 * the missing Pods come, or those that are too many go, of which those without a node first and then the youngest.
 */
export function changeOf(core: Core, { count }: Wanted, next: Held, there: Held): Change {
  const pods = podsOf(core, there);
  const keys = pods.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
  const isSame = deepEqual(templateOf(next), templateOf(there));
  if (count === 'eachNode') return { count, replaces: keys, note: 'is there already: it is decided on anew for every node' };
  if (!isSame) return { count, replaces: keys, note: `is there already: its template changes, and its ${pods.length} Pods are replaced` };
  const more = count - pods.length;
  const note = `is there already, with ${pods.length} Pods: ${more < 0 ? `${-more} fewer` : `${more} more`} are tried`;
  return more >= 0 ? { count: more, replaces: [], note } : { count: 0, replaces: keys.slice(more), note };
}

/** The workload's Pods that have not ended, those that would go first last. */
function podsOf(core: Core, workload: Held): Pod[] {
  const own = ownersBelow(core, workload);
  const pods: Pod[] = [];
  for (const { object } of placeOfResource(core, '', 'v1', 'pods').cache.values()) {
    const pod: Pod = object;
    const owner = controllerOf(object)?.uid;
    const isOver = isTerminal(pod) || pod.metadata?.deletionTimestamp;
    if (owner !== undefined && own.has(owner) && !isOver) pods.push(pod);
  }
  return pods.sort(
    (a, b) =>
      Number(!a.spec?.nodeName) - Number(!b.spec?.nodeName) ||
      text(a.metadata?.creationTimestamp).localeCompare(text(b.metadata?.creationTimestamp)),
  );
}

/** The workload, and the ReplicaSets that a Deployment has its Pods made by. */
function ownersBelow(core: Core, { metadata: { uid = '' } }: Held): ReadonlySet<string> {
  const owners = new Set([uid]);
  for (const { object } of placeOfResource(core, 'apps', 'v1', 'replicasets').cache.values()) {
    if (controllerOf(object)?.uid === uid) owners.add(object.metadata.uid ?? '');
  }
  return owners;
}

const text = (time: unknown): string => String(time ?? '');
