import { matchesNodeSelector } from '../node-selector.ts';
import type { Filter } from './filter.ts';

/** P6: `nodeSelector`, and the required part of node affinity. */
export const nodeAffinity: Filter = {
  name: 'NodeAffinity',
  check({ pod }, { node }) {
    const labels = node.metadata?.labels ?? {};
    const plain = Object.entries(pod.spec?.nodeSelector ?? {}).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
    const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    const fits = plain && (!required || required.nodeSelectorTerms.some((term) => matchesNodeSelector(term, node)));
    return fits ? [] : ["node(s) didn't match Pod's node affinity/selector"];
  },
};
