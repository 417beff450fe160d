import { toleratedBy } from '@kubernats/api';
import { byShare, type Score } from './score.ts';

/** Prefers nodes with fewer PreferNoSchedule taints that the Pod does not tolerate. */
export const taintTolerationScore: Score = {
  name: 'TaintToleration',
  weight: 3,
  rate({ info }, { node }) {
    let count = 0;
    for (const taint of node?.spec?.taints ?? []) {
      if (taint.effect === 'PreferNoSchedule' && !toleratedBy(info.pod.spec?.tolerations, taint)) count++;
    }
    return count;
  },
  normalize: (amounts) => byShare(amounts, true),
};
