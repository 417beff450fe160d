import type { Node } from '../../../generated/types.ts';
import { Nodes } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { nodeColumns } from './node/columns.ts';
import { validateNode, validateNodeUpdate } from './node/validate.ts';

export const nodeRow = defineKind<Node>(Nodes, {
  shortNames: ['no'],
  hasStatus: true,
  createdWithStatus: true,
  subresources: [{ name: 'proxy', group: '', version: 'v1', kind: 'NodeProxyOptions', verbs: ['get'], connect: true }],
  columns: nodeColumns,
  strategy: {
    default({ spec, status }) {
      if (spec?.podCIDR && !spec.podCIDRs?.length) spec.podCIDRs = [spec.podCIDR];
      if (spec?.podCIDRs?.[0] && !spec.podCIDR) spec.podCIDR = spec.podCIDRs[0];
      if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
    },
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
    countsGeneration: false,
  },
  fieldSelectors: { 'spec.unschedulable': (node) => String(node.spec?.unschedulable ?? false) },
});
