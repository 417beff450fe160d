// Autoscalers for the tests of both versions.
import { rowOf } from '../../../test/harness.ts';
import { type HorizontalPodAutoscaler, kindByResource, type MetricSpec } from '../../index.ts';

export const v1 = rowOf('horizontalpodautoscalers', 'autoscaling');
export const v2 = kindByResource('autoscaling', 'v2', 'horizontalpodautoscalers') ?? v1;

export type Spec = HorizontalPodAutoscaler['spec'];
export const autoscaler = (spec: Partial<Spec> = {}): HorizontalPodAutoscaler => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 10, ...spec },
});
export const cpu = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
export const memory: MetricSpec = {
  type: 'Resource',
  resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '100Mi' } },
};
export const sidecar: MetricSpec = {
  type: 'ContainerResource',
  containerResource: { name: 'cpu', container: 'app', target: { type: 'Utilization', averageUtilization: 60 } },
};
export const packets: MetricSpec = {
  type: 'Pods',
  pods: { metric: { name: 'packets' }, target: { type: 'AverageValue', averageValue: '1k' } },
};
export const ingress: MetricSpec = {
  type: 'Object',
  object: {
    describedObject: { kind: 'Ingress', name: 'main' },
    metric: { name: 'requests', selector: { matchLabels: { Verb: 'GET' } } },
    target: { type: 'Value', value: '2k' },
  },
};
export const queue: MetricSpec = {
  type: 'External',
  external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } },
};
