import { NodeMetricsKind } from '../../refs.ts';
import { NAME, text } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import type { NodeMetrics } from './types.ts';

/** What nodes use: measured when it is asked for, never kept. */
export const nodeMetricsRow = defineKind<NodeMetrics>(NodeMetricsKind, {
  computed: true,
  verbs: ['get', 'list'],
  definition: 'io.k8s.metrics.pkg.apis.metrics.v1beta1.NodeMetrics',
  columns: [
    NAME,
    text('cpu', 'The CPU that the node uses.', ({ usage }) => usage?.cpu ?? '', { format: 'quantity' }),
    text('memory', 'The memory that the node uses.', ({ usage }) => usage?.memory ?? '', { format: 'quantity' }),
    text('Window', 'Over how long it was measured.', ({ window }) => window ?? '', { format: 'duration' }),
  ],
});
