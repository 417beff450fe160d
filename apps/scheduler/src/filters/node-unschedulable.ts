import { toleratedBy } from '@kubernats/api';
import { type Filter, unresolvable } from './filter.ts';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** A cordoned node takes only Pods that tolerate it. */
export const nodeUnschedulable: Filter = {
  name: 'NodeUnschedulable',
  check({ info }, node) {
    if (!node.node?.spec?.unschedulable || toleratedBy(info.pod.spec?.tolerations, TAINT)) return undefined;
    return unresolvable('node(s) were unschedulable');
  },
};
