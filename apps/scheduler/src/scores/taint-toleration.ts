import { tolerates } from '../tolerations.ts';
import type { Score } from './score.ts';

/** Nodes with fewer `PreferNoSchedule` taints that the Pod does not tolerate come first. */
export const preferredTaints: Score = {
  name: 'TaintToleration',
  weight: 3,
  normalise: 'lowest',
  of({ pod }, { node }) {
    return (node.spec?.taints ?? []).filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerates(pod, taint)).length;
  },
};
