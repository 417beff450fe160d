import { fieldPath } from '@kubernats/apimachinery';
import type { Node } from '../../../generated/types.ts';
import { Nodes } from '../../refs.ts';
import { type NotHonoured, notHonoured } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';
import { nodeColumns } from './node/columns.ts';
import { validateNode, validateNodeUpdate } from './node/validate.ts';

/** R1: kubelets are configured by their own options, and nothing asks for the id. */
const NOT_HONOURED: NotHonoured = ['configSource', 'externalID'];

export const nodeRow = defineKind<Node>(Nodes, {
  shortNames: ['no'],
  hasStatus: true,
  createdWithStatus: true,
  subresources: [{ name: 'proxy', group: '', version: 'v1', kind: 'NodeProxyOptions', verbs: ['get'], connect: true }],
  columns: nodeColumns,
  strategy: {
    default({ spec, status }) {
      if (spec?.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
      if (spec?.podCIDRs?.[0] && !spec.podCIDR) spec.podCIDR = spec.podCIDRs[0];
      if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
    },
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
    warnings: ({ spec }) => notHonoured(spec ?? {}, NOT_HONOURED, fieldPath('spec')),
    countsGeneration: false,
  },
  fieldSelectors: { 'spec.unschedulable': (node) => String(node.spec?.unschedulable ?? false) },
});
