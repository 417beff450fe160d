// autoscaling/v1 and v2. What v1 has no field for is in annotations of its objects, in the forms that Kubernetes writes there.
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerV1,
  MetricSpec,
  MetricStatus,
} from '../../../../generated/types.ts';
import type { KubeObject } from '../../../object.ts';
import { fromAnnotation, listFromAnnotation } from './annotation.ts';
import { specFromV1, specToV1, statusFromV1, statusToV1 } from './metric-v1.ts';

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';

/** A v1 autoscaler as v2 says it. What is no such text in an annotation counts as absent. */
export function toStored({ metadata, spec, status, ...rest }: HorizontalPodAutoscalerV1): HorizontalPodAutoscaler {
  const { [METRICS]: metricsText, [BEHAVIOR]: behaviorText, ...others } = metadata?.annotations ?? {};
  const { [CURRENT_METRICS]: currentText, [CONDITIONS]: conditionsText, ...annotations } = others;
  const behavior = behaviorText === undefined ? undefined : fromAnnotation<HorizontalPodAutoscalerBehavior>(behaviorText, 'behavior');
  return {
    ...rest,
    apiVersion: 'autoscaling/v2',
    ...(metadata && { metadata: withAnnotations(metadata, annotations) }),
    ...(spec && { spec: specOf(spec, listFromAnnotation<MetricSpec>(metricsText, 'metrics', specFromV1), behavior) }),
    ...(status && {
      status: statusOf(
        status,
        listFromAnnotation<MetricStatus>(currentText, 'currentMetrics', statusFromV1),
        listFromAnnotation<HorizontalPodAutoscalerCondition>(conditionsText, 'conditions', (condition) => condition),
      ),
    }),
  } as HorizontalPodAutoscaler;
}

function specOf(
  { targetCPUUtilizationPercentage: percentage, ...same }: HorizontalPodAutoscalerV1['spec'],
  more: readonly MetricSpec[],
  behavior: HorizontalPodAutoscalerBehavior | undefined,
): HorizontalPodAutoscaler['spec'] {
  const cpu = percentage === undefined ? [] : [cpuMetric(percentage)];
  const metrics = [...more, ...cpu];
  return { ...same, ...(metrics.length > 0 && { metrics }), ...(behavior && { behavior }) };
}

const cpuMetric = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

function statusOf(
  { currentCPUUtilizationPercentage: percentage, currentReplicas, ...same }: NonNullable<HorizontalPodAutoscalerV1['status']>,
  said: readonly MetricStatus[],
  conditions: HorizontalPodAutoscalerCondition[],
): NonNullable<HorizontalPodAutoscaler['status']> {
  const cpu =
    percentage === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percentage } } }];
  const currentMetrics = said.length > 0 ? [...said] : cpu;
  return {
    ...same,
    // In v2 none is not told.
    ...(currentReplicas && { currentReplicas }),
    ...(currentMetrics.length > 0 && { currentMetrics }),
    ...(conditions.length > 0 && { conditions }),
  };
}

/** A stored autoscaler as v1 shows it. */
export function fromStored(stored: KubeObject): HorizontalPodAutoscalerV1 {
  const { metadata, spec, status, ...rest } = stored as HorizontalPodAutoscaler;
  const { metrics = [], behavior, ...sameSpec } = spec ?? {};
  const { currentMetrics = [], conditions = [], ...sameStatus } = status ?? {};
  const cpu = metrics.find(isCpuUtilization);
  const others = metrics.filter((metric) => metric !== cpu);
  const current = currentMetrics.find(({ resource }) => resource?.name === 'cpu')?.resource?.current?.averageUtilization;
  const { [METRICS]: _m, [BEHAVIOR]: _b, [CURRENT_METRICS]: _c, [CONDITIONS]: _s, ...annotations } = metadata?.annotations ?? {};
  if (others.length > 0) annotations[METRICS] = JSON.stringify(others.map(specToV1));
  if (behavior) annotations[BEHAVIOR] = JSON.stringify(behavior, capitalized);
  if (currentMetrics.length > 0) annotations[CURRENT_METRICS] = JSON.stringify(currentMetrics.map(statusToV1));
  if (conditions.length > 0) annotations[CONDITIONS] = JSON.stringify(conditions);
  return {
    ...rest,
    apiVersion: 'autoscaling/v1',
    ...(metadata && { metadata: withAnnotations(metadata, annotations) }),
    ...(spec && {
      spec: { ...sameSpec, ...(cpu && { targetCPUUtilizationPercentage: cpu.resource?.target.averageUtilization }) },
    }),
    ...(status && {
      status: { currentReplicas: 0, ...sameStatus, ...(current !== undefined && { currentCPUUtilizationPercentage: current }) },
    }),
  } as HorizontalPodAutoscalerV1;
}

const isCpuUtilization = ({ type, resource }: MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined;

function withAnnotations<M extends { annotations?: Record<string, string> }>(
  { annotations: _old, ...metadata }: M,
  annotations: Record<string, string>,
): M {
  return { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) } as M;
}

/** Kubernetes writes the behavior in the form that it has inside, whose fields are in capitals. */
function capitalized(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}`, of]));
}
