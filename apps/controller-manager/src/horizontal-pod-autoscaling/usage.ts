import type { PodMetrics, ResourceUsage } from '@kubernats/api';
import { parseDuration, quantityMilli } from '@kubernats/apimachinery';
import { MetricFailure } from './failure.ts';

/** What was measured of a Pod: thousandths of the resource's unit, when, and over how long. */
export interface Sample {
  milli: number;
  atMs: number;
  windowMs: number;
}

/** By name of the Pod. */
export type Samples = ReadonlyMap<string, Sample>;

type Container = PodMetrics['containers'][number];

/** What whole Pods use of a resource. One of whose containers that is not known has no sample. */
export function podSamples(metrics: readonly PodMetrics[], resource: string): Samples {
  const samples = new Map<string, Sample>();
  for (const of of metrics) {
    const amounts = of.containers.map((container) => amountOf(container, resource));
    if (amounts.length === 0 || amounts.includes(undefined)) continue;
    samples.set(
      nameOf(of),
      sampleOf(
        of,
        amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0),
      ),
    );
  }
  return samples;
}

/** What one container of each Pod uses. Throws MetricFailure where a Pod's metrics lack the container. */
export function containerSamples(metrics: readonly PodMetrics[], resource: string, name: string): Samples {
  const samples = new Map<string, Sample>();
  for (const of of metrics) {
    const container = of.containers.find((each) => each.name === name);
    if (!container) {
      const pod = `${of.metadata?.namespace}/${nameOf(of)}`;
      throw new MetricFailure(`failed to get container metrics: container ${name} not present in metrics for pod ${pod}`);
    }
    const amount = amountOf(container, resource);
    if (amount !== undefined) samples.set(nameOf(of), sampleOf(of, amount));
  }
  return samples;
}

const nameOf = ({ metadata }: PodMetrics): string => metadata?.name ?? '';

function amountOf({ usage }: Container, resource: string): number | undefined {
  return Object.hasOwn(usage, resource) ? quantityMilli(usage[resource as keyof ResourceUsage]) : undefined;
}

const sampleOf = ({ timestamp, window }: PodMetrics, milli: number): Sample => ({
  milli,
  atMs: Date.parse(timestamp),
  windowMs: parseDuration(window) ?? 0,
});
