// How autoscaling/v1 writes metrics in annotations: as autoscaling/v2beta1 had them.
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../../../generated/types.ts';

type Json = Readonly<Record<string, unknown>>;

/** What Kubernetes writes where a value must stand and none was given. */
const NONE = '0';

const usage = (name: string, { averageUtilization, averageValue }: Partial<MetricTarget> = {}): Json => ({
  name,
  targetAverageUtilization: averageUtilization,
  targetAverageValue: averageValue,
});

/** A metric of v2 as v1 writes it. */
export function specToV1({ type, object, pods, resource, containerResource, external }: MetricSpec): Json {
  return {
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric?.name,
      targetValue: object.target?.value ?? NONE,
      selector: object.metric?.selector,
      averageValue: object.target?.averageValue,
    },
    pods: pods && { metricName: pods.metric?.name, targetAverageValue: pods.target?.averageValue, selector: pods.metric?.selector },
    resource: resource && usage(resource.name, resource.target),
    containerResource: containerResource && {
      ...usage(containerResource.name, containerResource.target),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric?.name,
      metricSelector: external.metric?.selector,
      targetValue: external.target?.value,
      targetAverageValue: external.target?.averageValue,
    },
  };
}

/** What `specToV1` wrote, as v2 has it. What is of the wrong type stays so. */
export function specFromV1({ type, object, pods, resource, containerResource, external }: Json): Json {
  return {
    type,
    object: part(object, ({ target, metricName, targetValue, selector, averageValue }) => ({
      describedObject: target,
      metric: { name: metricName, selector },
      target: {
        type: averageValue === undefined ? 'Value' : 'AverageValue',
        value: averageValue !== undefined && targetValue === NONE ? undefined : targetValue,
        averageValue,
      },
    })),
    pods: part(pods, ({ metricName, targetAverageValue, selector }) => ({
      metric: { name: metricName, selector },
      target: { type: 'AverageValue', averageValue: targetAverageValue },
    })),
    resource: part(resource, ({ name, ...target }) => ({ name, target: usageTarget(target) })),
    containerResource: part(containerResource, ({ name, container, ...target }) => ({ name, container, target: usageTarget(target) })),
    external: part(external, ({ metricName, metricSelector, targetValue, targetAverageValue }) => ({
      metric: { name: metricName, selector: metricSelector },
      target: {
        type: targetValue === undefined ? 'AverageValue' : 'Value',
        value: targetValue,
        averageValue: targetAverageValue,
      },
    })),
  };
}

const usageTarget = ({ targetAverageUtilization, targetAverageValue }: Json): Json => ({
  type: targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
  averageUtilization: targetAverageUtilization,
  averageValue: targetAverageValue,
});

const currentUsage = (name: string, { averageUtilization, averageValue }: MetricValueStatus = {}): Json => ({
  name,
  currentAverageUtilization: averageUtilization,
  currentAverageValue: averageValue ?? NONE,
});

/** What is used, of v2, as v1 writes it. */
export function statusToV1({ type, object, pods, resource, containerResource, external }: MetricStatus): Json {
  return {
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric?.name,
      currentValue: object.current?.value ?? NONE,
      selector: object.metric?.selector,
      averageValue: object.current?.averageValue,
    },
    pods: pods && { metricName: pods.metric?.name, currentAverageValue: pods.current?.averageValue, selector: pods.metric?.selector },
    resource: resource && currentUsage(resource.name, resource.current),
    containerResource: containerResource && {
      ...currentUsage(containerResource.name, containerResource.current),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric?.name,
      metricSelector: external.metric?.selector,
      currentValue: external.current?.value ?? NONE,
      currentAverageValue: external.current?.averageValue,
    },
  };
}

/** What `statusToV1` wrote, as v2 has it. */
export function statusFromV1({ type, object, pods, resource, containerResource, external }: Json): Json {
  return {
    type,
    object: part(object, ({ target, metricName, currentValue, selector, averageValue }) => ({
      describedObject: target,
      metric: { name: metricName, selector },
      current: { value: averageValue !== undefined && currentValue === NONE ? undefined : currentValue, averageValue },
    })),
    pods: part(pods, ({ metricName, currentAverageValue, selector }) => ({
      metric: { name: metricName, selector },
      current: { averageValue: currentAverageValue },
    })),
    resource: part(resource, ({ name, ...current }) => ({ name, current: usageNow(current) })),
    containerResource: part(containerResource, ({ name, container, ...current }) => ({ name, container, current: usageNow(current) })),
    external: part(external, ({ metricName, metricSelector, currentValue, currentAverageValue }) => ({
      metric: { name: metricName, selector: metricSelector },
      current: {
        value: currentAverageValue !== undefined && currentValue === NONE ? undefined : currentValue,
        averageValue: currentAverageValue,
      },
    })),
  };
}

const usageNow = ({ currentAverageUtilization, currentAverageValue }: Json): Json => ({
  averageUtilization: currentAverageUtilization,
  averageValue: currentAverageValue,
});

/** A part of a metric, if it is there; what is no object is left for the check of types to refuse. */
function part(value: unknown, convert: (value: Json) => Json): unknown {
  return typeof value === 'object' && value !== null ? convert(value as Json) : value;
}
