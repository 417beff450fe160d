import { matchesNodeSelector } from '../node-selector.ts';
import type { Score } from './score.ts';

/** The preferred part of node affinity: the weights of the terms that the node matches. */
export const preferredAffinity: Score = {
  name: 'NodeAffinity',
  weight: 2,
  normalise: 'highest',
  of({ pod }, { node }) {
    let sum = 0;
    for (const { weight, preference } of pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (matchesNodeSelector(preference, node)) sum += weight;
    }
    return sum;
  },
};
