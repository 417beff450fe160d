import type { Namespace, Node } from '@kubernats/api';
import type { ClusterEvent } from '../../framework/cluster-event.ts';
import type { ClusterView } from '../../framework/plugin.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { isSelective, type PodTerm, termMatches } from '../../snapshot/pod-terms.ts';
import { matchesAll } from './counts.ts';

type PodEvent = Extract<ClusterEvent, { resource: 'Pod' }>;
interface Change<T> {
  before?: T;
  after?: T;
}

/** Whether the required terms of the Pod, or of others about it, may hold after the event where they did not before. */
export function mayHelp(info: PodInfo, event: ClusterEvent, cluster: ClusterView): boolean {
  switch (event.resource) {
    case 'Pod':
      return podMayHelp(info, event, cluster);
    case 'Node':
      return domainsChanged(info, changeOf(event), cluster);
    case 'Namespace':
      return namespaceMayHelp(info, event.object.metadata?.name, changeOf(event), cluster);
    default:
      return false;
  }
}

function podMayHelp(info: PodInfo, { action, object, old }: PodEvent, { namespaces }: ClusterView): boolean {
  const { affinity = [], antiAffinity = [] } = info.terms ?? {};
  const after = action === 'deleted' ? undefined : object;
  const before = action === 'deleted' ? object : old;
  const isNear = after !== undefined && matchesAll(affinity, after, namespaces);
  const wasNear = before !== undefined && matchesAll(affinity, before, namespaces);
  if (isNear && !wasNear) return true;
  // The Pod may be the first of its group now.
  if (wasNear && !isNear && matchesAll(affinity, info, namespaces)) return true;
  const isIn = (term: PodTerm, pod: PodInfo | undefined): boolean => pod !== undefined && termMatches(term, pod, namespaces);
  if (antiAffinity.some((term) => isIn(term, before) && !isIn(term, after))) return true;
  return action === 'deleted' && (object.terms?.antiAffinity.some((term) => termMatches(term, info, namespaces)) ?? false);
}

/** A node that is in another domain takes its Pods with it. */
function domainsChanged(info: PodInfo, { before, after }: Change<Node>, { placedTerms }: ClusterView): boolean {
  const terms = [...requiredBy(info), ...placedTerms.about(info).antiAffinity.map(({ term }) => term)];
  return terms.some(({ topologyKey }) => before?.metadata?.labels?.[topologyKey] !== after?.metadata?.labels?.[topologyKey]);
}

function namespaceMayHelp(
  info: PodInfo,
  name: string | undefined,
  { before, after }: Change<Namespace>,
  { placedTerms }: ClusterView,
): boolean {
  const isSelectedAnew = ({ namespaceSelector }: PodTerm): boolean =>
    isSelective(namespaceSelector) &&
    (before !== undefined && namespaceSelector.matches(before.metadata?.labels)) !==
      (after !== undefined && namespaceSelector.matches(after.metadata?.labels));
  return requiredBy(info).some(isSelectedAnew) || (name === info.pod.metadata?.namespace && placedTerms.antiAffinity.some(isSelectedAnew));
}

const requiredBy = ({ terms }: PodInfo): PodTerm[] => (terms ? [...terms.affinity, ...terms.antiAffinity] : []);

const changeOf = <T>({ action, object, old }: { action: string; object: T; old?: T }): Change<T> =>
  action === 'deleted' ? { before: object } : { before: old, after: object };
