import type { LabelSelector, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus, Pod, PodMetrics } from '@kubernats/api';
import { quantityMilli, quantityOf } from '@kubernats/apimachinery';
import { MetricFailure } from './failure.ts';
import { type Demand, replicasByAverage, replicasByUtilization, type Tolerances } from './replicas.ts';
import type { AutoscalingSettings } from './settings.ts';
import { containerSamples, podSamples, type Samples } from './usage.ts';

/** What is known when a metric is looked at. */
export interface Situation {
  namespace: string;
  pods: readonly Pod[];
  /** What `metrics.k8s.io` said of the Pods; a text says why it said nothing. */
  metrics: readonly PodMetrics[] | string;
  currentReplicas: number;
  tolerances: Tolerances;
  settings: AutoscalingSettings;
  nowMs: number;
}

/** So many replicas, by a metric's name for people. */
interface Found {
  replicas: number;
  name: string;
  status: MetricStatus;
}

/** Why there is no number. */
export interface NotFound {
  /** Of the event and the condition. */
  reason: string;
  message: string;
  /** What is said of it among other metrics. */
  inShort: string;
}

export type Outcome = { found: Found } | { failed: NotFound };

/** How many replicas a metric asks for. */
export function lookAt(metric: MetricSpec, situation: Situation): Outcome {
  try {
    return { found: foundBy(metric, situation) };
  } catch (error) {
    if (!(error instanceof MetricFailure)) throw error;
    return { failed: notFound(metric, error.message) };
  }
}

function foundBy({ type, resource, containerResource, pods, object, external }: MetricSpec, situation: Situation): Found {
  if (type === 'Resource' && resource) {
    const { name, target } = resource;
    const samples = (): Samples => podSamples(measured(situation, name), name);
    const { replicas, current } = usage({ resource: name }, target, samples, situation);
    const suffix = target.averageValue === undefined ? ' utilization (percentage of request)' : '';
    return { replicas, name: `${name} resource${suffix}`, status: { type, resource: { name, current } } };
  }
  if (type === 'ContainerResource' && containerResource) {
    const { name, container, target } = containerResource;
    const samples = (): Samples => containerSamples(measured(situation, name), name, container);
    const { replicas, current } = usage({ resource: name, container }, target, samples, situation);
    const text = target.averageValue === undefined ? `${name} container resource utilization (percentage of request)` : `${name} resource`;
    return { replicas, name: text, status: { type, containerResource: { name, container, current } } };
  }
  if (type === 'Pods' && pods) throw new MetricFailure(`unable to get metric ${pods.metric.name}: ${NO_CUSTOM_METRICS}`);
  if (type === 'Object' && object) {
    const { kind, name } = object.describedObject;
    if (!hasItsTarget(object.target)) {
      throw new MetricFailure('invalid object metric source: neither a value target nor an average value target was set');
    }
    throw new MetricFailure(`unable to get metric ${object.metric.name}: ${kind} on ${situation.namespace} ${name}/${NO_CUSTOM_METRICS}`);
  }
  if (type === 'External' && external) {
    const { name, selector } = external.metric;
    const where = `${situation.namespace}/${name}/${selectorText(selector)}`;
    throw new MetricFailure(
      `unable to get external metric ${where}: unable to fetch metrics from external metrics API: ` +
        `the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`,
    );
  }
  throw new MetricFailure(`unknown metric source type ${JSON.stringify(type)}`);
}

const hasItsTarget = ({ type, value, averageValue }: MetricTarget): boolean =>
  (type === 'Value' && value !== undefined) || (type === 'AverageValue' && averageValue !== undefined);

// What a cluster says where nothing serves these APIs.
const NO_CUSTOM_METRICS = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';

function measured({ metrics }: Situation, resource: string): readonly PodMetrics[] {
  const why = typeof metrics === 'string' ? metrics : metrics.length === 0 ? 'no metrics returned from resource metrics API' : undefined;
  if (why !== undefined) throw new MetricFailure(`unable to get metrics for resource ${resource}: ${why}`);
  return metrics as readonly PodMetrics[];
}

function usage(
  of: Pick<Demand, 'resource' | 'container'>,
  { averageValue, averageUtilization }: MetricTarget,
  samples: () => Samples,
  { pods, currentReplicas, tolerances, settings, nowMs }: Situation,
): { replicas: number; current: MetricValueStatus } {
  const [what, propose] =
    averageValue === undefined
      ? ['utilization', (demand: Demand) => replicasByUtilization(demand, averageUtilization ?? 0)]
      : ['usage', (demand: Demand) => replicasByAverage(demand, quantityMilli(averageValue))];
  try {
    const demand = { ...of, samples: samples(), pods, currentReplicas, tolerances, settings, nowMs };
    const { replicas, averageMilli, utilization } = propose(demand);
    const current = { averageValue: milliText(averageMilli), ...(utilization !== undefined && { averageUtilization: utilization }) };
    return { replicas, current };
  } catch (error) {
    if (!(error instanceof MetricFailure)) throw error;
    throw new MetricFailure(`failed to get ${of.resource} ${what}: ${error.message}`);
  }
}

const milliText = (milli: number): string => quantityOf(BigInt(milli) * 1_000_000n, 'DecimalSI').toString();

function notFound({ type, resource, containerResource, object, external }: MetricSpec, message: string): NotFound {
  switch (type) {
    case 'Resource':
      return { reason: 'FailedGetResourceMetric', message, inShort: `failed to get ${resource?.name} resource metric value: ${message}` };
    case 'ContainerResource': {
      const inShort = `failed to get ${containerResource?.container} container metric value: ${message}`;
      return { reason: 'FailedGetContainerResourceMetric', message, inShort };
    }
    case 'Pods':
      return { reason: 'FailedGetPodsMetric', message, inShort: `failed to get pods metric value: ${message}` };
    case 'Object': {
      const perPod = object?.target.type === 'AverageValue' ? `failed to get ${object.metric.name} object metric: ` : '';
      return { reason: 'FailedGetObjectMetric', message, inShort: `failed to get object metric value: ${perPod}${message}` };
    }
    case 'External': {
      const { name } = external?.metric ?? {};
      const which = external?.target.averageValue === undefined ? `external metric ${name}` : `${name} external metric`;
      const inShort = `failed to get ${name} external metric value: failed to get ${which}: ${message}`;
      return { reason: 'FailedGetExternalMetric', message, inShort };
    }
    default:
      return { reason: 'InvalidMetricSourceType', message, inShort: message };
  }
}

/** As Go prints it. */
function selectorText(selector: LabelSelector | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}: ${value},`);
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const matchLabels = `map[string]string{${labels.sort().join('')}}`;
  return `&LabelSelector{MatchLabels:${matchLabels},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
