import {
  dns1123Label,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  parseQuantity,
  pathSegmentName,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type {
  ContainerResourceMetricSource,
  ExternalMetricSource,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
  ObjectMetricSource,
  PodsMetricSource,
  ResourceMetricSource,
} from '../../../../generated/types.ts';
import { checkText } from '../../../validation/basics.ts';
import { checkContainerResourceName } from '../../core/pod-template/validate-resources.ts';
import { checkReference } from './validate-reference.ts';

type Source = 'object' | 'external' | 'pods' | 'resource' | 'containerResource';

/** The field that a metric of each type fills. */
const FIELD_OF: Readonly<Record<string, Source>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};
const TYPES = Object.keys(FIELD_OF);
const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];

/** What is looked at. To go down to none takes a metric that there is without Pods. */
export function checkMetrics(metrics: readonly MetricSpec[], minReplicas: number | undefined, at: FieldPath, out: Cause[]): void {
  metrics.forEach((metric, i) => {
    checkMetric(metric, at.index(i), out);
  });
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    out.push(forbiddenField(at, 'must specify at least one Object or External metric to support scaling to zero replicas'));
  }
}

function checkMetric(metric: MetricSpec, at: FieldPath, out: Cause[]): void {
  const type = metric.type ?? '';
  if (type === '') out.push(required(at.child('type'), 'must specify a metric source type'));
  if (!TYPES.includes(type)) out.push(notSupported(at.child('type'), type, TYPES));
  const present = SOURCES.filter(([field]) => metric[field] !== undefined);
  present[0]?.[1](metric, at, out);
  const expected = TYPES.includes(type) ? FIELD_OF[type] : undefined;
  if (expected && metric[expected] === undefined) {
    out.push(required(at.child(expected), 'must populate information for the given metric source'));
  }
  if (present.length === 1) return;
  for (const [field] of present) {
    if (field !== expected) out.push(forbiddenField(at.child(field), 'must populate the given metric source only'));
  }
}

/** Checks of the sources: of several that are filled the first is looked at. */
const SOURCES: readonly [Source, (metric: MetricSpec, at: FieldPath, out: Cause[]) => void][] = [
  ['object', ({ object }, at, out) => object && checkObject(object, at.child('object'), out)],
  ['external', ({ external }, at, out) => external && checkExternal(external, at.child('external'), out)],
  ['pods', ({ pods }, at, out) => pods && checkPods(pods, at.child('pods'), out)],
  ['resource', ({ resource }, at, out) => resource && checkResource(resource, at.child('resource'), out)],
  ['containerResource', ({ containerResource: of }, at, out) => of && checkContainerResource(of, at.child('containerResource'), out)],
];

function checkObject({ describedObject, metric, target }: Partial<ObjectMetricSource>, at: FieldPath, out: Cause[]): void {
  checkReference(describedObject, at.child('describedObject'), out);
  checkIdentifier(metric, at.child('metric'), out);
  checkTarget(target, at.child('target'), out);
  if (target?.value === undefined && target?.averageValue === undefined) {
    out.push(required(at.child('target', 'averageValue'), 'must set either a target value or averageValue'));
  }
}

function checkExternal({ metric, target }: Partial<ExternalMetricSource>, at: FieldPath, out: Cause[]): void {
  checkIdentifier(metric, at.child('metric'), out);
  checkTarget(target, at.child('target'), out);
  const { value, averageValue } = target ?? {};
  if (value === undefined && averageValue === undefined) {
    out.push(required(at.child('target', 'averageValue'), 'must set either a target value for metric or a per-pod target'));
  }
  if (value !== undefined && averageValue !== undefined) {
    out.push(forbiddenField(at.child('target', 'value'), 'may not set both a target value for metric and a per-pod target'));
  }
}

function checkPods({ metric, target }: Partial<PodsMetricSource>, at: FieldPath, out: Cause[]): void {
  checkIdentifier(metric, at.child('metric'), out);
  checkTarget(target, at.child('target'), out);
  if (target?.averageValue === undefined) {
    out.push(required(at.child('target', 'averageValue'), 'must specify a positive target averageValue'));
  }
}

function checkResource({ name, target }: Partial<ResourceMetricSource>, at: FieldPath, out: Cause[]): void {
  if (!name) out.push(required(at.child('name'), 'must specify a resource name'));
  checkUsageTarget(target, at.child('target'), out);
}

function checkContainerResource({ name, container, target }: Partial<ContainerResourceMetricSource>, at: FieldPath, out: Cause[]): void {
  if (!name) out.push(required(at.child('name'), 'must specify a resource name'));
  else checkContainerResourceName(name, at.child('name'), out);
  if (!container) out.push(required(at.child('container'), 'must specify a container'));
  else checkText(dns1123Label, container, at.child('container'), out);
  checkUsageTarget(target, at.child('target'), out);
}

/** The target of a resource: a share of what is requested, or an amount. */
function checkUsageTarget(target: Partial<MetricTarget> | undefined, at: FieldPath, out: Cause[]): void {
  checkTarget(target, at, out);
  const { averageUtilization, averageValue } = target ?? {};
  if (averageUtilization === undefined && averageValue === undefined) {
    out.push(required(at.child('averageUtilization'), 'must set either a target raw value or a target utilization'));
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    out.push(forbiddenField(at.child('averageValue'), 'may not set both a target raw value and a target utilization'));
  }
}

function checkTarget(target: Partial<MetricTarget> = {}, at: FieldPath, out: Cause[]): void {
  const { type = '', averageUtilization } = target;
  if (type === '') out.push(required(at.child('type'), 'must specify a metric target type'));
  if (!TARGET_TYPES.includes(type)) out.push(invalidValue(at.child('type'), type, 'must be either Utilization, Value, or AverageValue'));
  for (const field of ['value', 'averageValue'] as const) {
    const amount = target[field];
    if (amount !== undefined && parseQuantity(amount).nanos <= 0n) out.push(invalidValue(at.child(field), amount, 'must be positive'));
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    out.push(invalidValue(at.child('averageUtilization'), averageUtilization, 'must be greater than 0'));
  }
}

function checkIdentifier({ name }: Partial<MetricIdentifier> = {}, at: FieldPath, out: Cause[]): void {
  if (!name) out.push(required(at.child('name'), 'must specify a metric name'));
  else checkText(pathSegmentName, name, at.child('name'), out);
}
