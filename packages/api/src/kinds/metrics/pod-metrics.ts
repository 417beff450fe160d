import { parseQuantity } from '@kubernats/apimachinery';
import { PodMetricsKind } from '../../refs.ts';
import { NAME, text } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import type { PodMetrics, ResourceUsage } from './types.ts';

/** What Pods use: measured when it is asked for, never kept. */
export const podMetricsRow = defineKind<PodMetrics>(PodMetricsKind, {
  computed: true,
  verbs: ['get', 'list'],
  definition: 'io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics',
  columns: [
    NAME,
    text('cpu', 'The CPU that the containers use together.', (pod) => sumOf(pod, 'cpu'), { format: 'quantity' }),
    text('memory', 'The memory that the containers use together.', (pod) => sumOf(pod, 'memory'), { format: 'quantity' }),
    text('Window', 'Over how long it was measured.', ({ window }) => window ?? '', { format: 'duration' }),
  ],
});

function sumOf({ containers = [] }: Partial<PodMetrics>, resource: keyof ResourceUsage): string {
  return containers.reduce((sum, { usage }) => sum.add(parseQuantity(usage[resource])), parseQuantity('0')).toString();
}
