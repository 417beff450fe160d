import { matchesTerm } from '@kubernats/api';
import { byShare, type Score } from './score.ts';

/** Prefers nodes by the weights of the preferred node affinity terms that hold there. */
export const nodeAffinityScore: Score = {
  name: 'NodeAffinity',
  weight: 2,
  rate({ info }, { node }) {
    let sum = 0;
    for (const { preference, weight } of info.pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (node && matchesTerm(preference, node)) sum += weight;
    }
    return sum;
  },
  normalize: (amounts) => byShare(amounts, false),
};
