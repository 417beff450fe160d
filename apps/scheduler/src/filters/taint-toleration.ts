import { tolerates } from '../tolerations.ts';
import type { Filter } from './filter.ts';

/** Taints that keep Pods away, unless they tolerate them. */
export const taintToleration: Filter = {
  name: 'TaintToleration',
  check({ pod }, { node }) {
    const taint = node.spec?.taints?.find((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(pod, taint));
    return taint ? [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`] : [];
  },
};
