import { tolerates } from '../tolerations.ts';
import type { Filter } from './filter.ts';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** A cordoned node takes only what tolerates its taint. */
export const nodeUnschedulable: Filter = {
  name: 'NodeUnschedulable',
  check({ pod }, { node }) {
    return node.spec?.unschedulable && !tolerates(pod, TAINT) ? ['node(s) were unschedulable'] : [];
  },
};
