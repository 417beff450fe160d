import { toleratedBy } from '@kubernats/api';
import { type Plugin, unresolvable } from '../framework/plugin.ts';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const REFUSED = unresolvable('node(s) were unschedulable');

/** A cordoned node takes only Pods that tolerate it. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  looksAt: 'node',
  preFilter: ({ pod }, { cordonedNodes }) =>
    cordonedNodes === 0 || toleratedBy(pod.spec?.tolerations, TAINT) ? 'skip' : { state: undefined },
  filter: (_state, _info, { node }) => (node?.spec?.unschedulable ? REFUSED : undefined),
};
