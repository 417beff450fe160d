import { defaultArgs, type InterPodAffinityArgs } from '../config/args.ts';
import type { Plugin } from '../framework/plugin.ts';
import { mayHelp } from './pod-affinity/may-help.ts';
import { bySpan, type Preference, preferencesOf, worthOf } from './pod-affinity/preferences.ts';
import { basisOf, type Requirements, requirementsOf, verdictOn, withPod } from './pod-affinity/requirements.ts';

/**
 * Pods that must be, or had better be, near other Pods or away from them; those that are there have their say as well.
 * Source: the concept "Assigning Pods to Nodes", inter-pod affinity and anti-affinity.
 */
export const interPodAffinity = (
  args: InterPodAffinityArgs = defaultArgs('InterPodAffinity'),
): Plugin<Requirements, readonly Preference[]> => ({
  name: 'InterPodAffinity',
  looksAt: 'topology',
  preFilter(info, cluster) {
    const required = requirementsOf(info, cluster);
    return required ? { state: required, basis: basisOf(required) } : 'skip';
  },
  filter: (required, _info, node) => verdictOn(required, node),
  withPod,
  mayHelp,
  preScore(info, cluster) {
    const preferences = preferencesOf(info, cluster, args);
    return preferences.length > 0 ? { state: preferences } : 'skip';
  },
  score: (preferences, _info, node) => worthOf(preferences, node),
  scoreAll(preferences, _info, { nodes }, places, amounts) {
    amounts.fill(0);
    for (const { weight, counts } of preferences) counts.addTo(amounts, weight, nodes, places);
  },
  normalize: bySpan,
});
