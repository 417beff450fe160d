import { toleratedBy } from '@kubernats/api';
import { type Filter, unresolvable } from './filter.ts';

/** Every NoSchedule or NoExecute taint must be tolerated. */
export const taintToleration: Filter = {
  name: 'TaintToleration',
  check({ info }, node) {
    for (const taint of node.node?.spec?.taints ?? []) {
      if (taint.effect === 'PreferNoSchedule' || toleratedBy(info.pod.spec?.tolerations, taint)) continue;
      return unresolvable('node(s) had untolerated taint(s)');
    }
    return undefined;
  },
};
