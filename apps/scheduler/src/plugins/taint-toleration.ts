import { toleratedBy } from '@kubernats/api';
import { byShare, type Plugin, unresolvable } from '../framework/plugin.ts';

const REFUSED = unresolvable('node(s) had untolerated taint(s)');

/** Every NoSchedule or NoExecute taint must be tolerated; nodes with fewer untolerated PreferNoSchedule taints are preferred. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  looksAt: 'node',
  preFilter: (_info, { taintedNodes }) => (taintedNodes === 0 ? 'skip' : { state: undefined }),
  filter(_state, { pod }, { node }) {
    for (const taint of node?.spec?.taints ?? []) {
      if (taint.effect !== 'PreferNoSchedule' && !toleratedBy(pod.spec?.tolerations, taint)) return REFUSED;
    }
    return undefined;
  },
  preScore: (_info, { taintedNodes }) => (taintedNodes === 0 ? 'skip' : { state: undefined }),
  score(_state, { pod }, { node }) {
    let count = 0;
    for (const taint of node?.spec?.taints ?? []) {
      if (taint.effect === 'PreferNoSchedule' && !toleratedBy(pod.spec?.tolerations, taint)) count++;
    }
    return count;
  },
  normalize: (amounts) => byShare(amounts, true),
};
