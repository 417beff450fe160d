import { matchesNodeSelector } from '@kubernats/api';
import { type Filter, unresolvable } from './filter.ts';

/** `nodeSelector` and the required node affinity must both hold. */
export const nodeAffinity: Filter = {
  name: 'NodeAffinity',
  check({ info }, { node }) {
    const { nodeSelector, affinity } = info.pod.spec ?? {};
    const labels = node?.metadata?.labels ?? {};
    const refused = unresolvable("node(s) didn't match Pod's node affinity/selector");
    for (const key in nodeSelector) if (!Object.hasOwn(labels, key) || labels[key] !== nodeSelector[key]) return refused;
    const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    return required && node && !matchesNodeSelector(required, node) ? refused : undefined;
  },
};
