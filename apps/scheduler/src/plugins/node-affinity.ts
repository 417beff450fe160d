import { matchesNodeSelector, matchesTerm, type Node, type NodeSelector, type PodSpec, type PreferredSchedulingTerm } from '@kubernats/api';
import type { NodeAffinityArgs } from '../config/args.ts';
import { byShare, type Plugin, unresolvable } from '../framework/plugin.ts';

const REFUSED = unresolvable("node(s) didn't match Pod's node affinity/selector");

const ENFORCED = unresolvable("node(s) didn't match scheduler-enforced node affinity");

/**
 * `nodeSelector` and the required node affinity must both hold (P6); of the preferred terms those that hold add up by weight. What the profile adds holds
 * for all of its Pods.
 */
export function nodeAffinity({ addedAffinity }: NodeAffinityArgs): Plugin<undefined, readonly PreferredSchedulingTerm[]> {
  const enforced = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const added = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    name: 'NodeAffinity',
    looksAt: 'node',
    preFilter({ pod }) {
      const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
      if (!required && !pod.spec?.nodeSelector && !enforced) return 'skip';
      return { state: undefined, nodes: required && namedBy(required) };
    },
    filter(_state, { pod }, { node }) {
      if (enforced && node && !matchesNodeSelector(enforced, node)) return ENFORCED;
      return node && !isAllowedOn(pod.spec, node) ? REFUSED : undefined;
    },
    preScore({ pod }) {
      const own = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
      const preferred = added.length === 0 ? own : [...added, ...own];
      return preferred.length === 0 ? 'skip' : { state: preferred };
    },
    score(preferred, _info, { node }) {
      let sum = 0;
      for (const { preference, weight } of preferred) if (node && matchesTerm(preference, node)) sum += weight;
      return sum;
    },
    normalize: (amounts) => byShare(amounts, false),
  };
}

/** Whether the node selector and the required node affinity of the Pod hold for the node. */
export function isAllowedOn(pod: PodSpec | undefined, node: Node): boolean {
  const { nodeSelector, affinity } = pod ?? {};
  const labels = node.metadata?.labels ?? {};
  for (const key in nodeSelector) if (!Object.hasOwn(labels, key) || labels[key] !== nodeSelector[key]) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || matchesNodeSelector(required, node);
}

/** The nodes that all of the terms name, as those of a DaemonSet's Pods do: no others need to be looked at. */
function namedBy({ nodeSelectorTerms }: NodeSelector): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const { matchFields = [] } of nodeSelectorTerms) {
    const named = matchFields.filter(({ key, operator }) => key === 'metadata.name' && operator === 'In').map(({ values = [] }) => values);
    const [first, ...others] = named;
    if (!first) return undefined;
    for (const name of first) if (others.every((values) => values.includes(name))) names.add(name);
  }
  return nodeSelectorTerms.length > 0 ? names : undefined;
}
