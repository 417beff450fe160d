import type { Container, Pod } from '@kubernats/api';
import { quantityMilli, quantityValue } from '@kubernats/apimachinery';

/** Amounts of what nodes share out. CPU in thousandths of a core, memory and storage in bytes, the rest in pieces. */
export interface Resources {
  cpuMilli: number;
  memoryBytes: number;
  ephemeralStorageBytes: number;
  /** Extended resources and huge pages, by name. */
  other: Map<string, number>;
}

export const noResources = (): Resources => ({ cpuMilli: 0, memoryBytes: 0, ephemeralStorageBytes: 0, other: new Map() });

/** Reads a resource list. `pods` is not part of it: the number of Pods is counted apart. */
export function resourcesOf(list: Readonly<Record<string, string>> | undefined): Resources {
  const resources = noResources();
  for (const name in list) {
    const quantity = list[name];
    if (name === 'cpu') resources.cpuMilli = quantityMilli(quantity);
    else if (name === 'memory') resources.memoryBytes = quantityValue(quantity);
    else if (name === 'ephemeral-storage') resources.ephemeralStorageBytes = quantityValue(quantity);
    else if (name !== 'pods') resources.other.set(name, quantityValue(quantity));
  }
  return resources;
}

export function addTo(total: Resources, part: Resources, sign: 1 | -1 = 1): void {
  total.cpuMilli += sign * part.cpuMilli;
  total.memoryBytes += sign * part.memoryBytes;
  total.ephemeralStorageBytes += sign * part.ephemeralStorageBytes;
  if (part.other.size === 0) return;
  for (const [name, amount] of part.other) total.other.set(name, (total.other.get(name) ?? 0) + sign * amount);
}

function raiseTo(total: Resources, part: Resources): void {
  total.cpuMilli = Math.max(total.cpuMilli, part.cpuMilli);
  total.memoryBytes = Math.max(total.memoryBytes, part.memoryBytes);
  total.ephemeralStorageBytes = Math.max(total.ephemeralStorageBytes, part.ephemeralStorageBytes);
  for (const [name, amount] of part.other) total.other.set(name, Math.max(total.other.get(name) ?? 0, amount));
}

const copyOf = (resources: Resources): Resources => ({ ...resources, other: new Map(resources.other) });

/** What scoring takes for a container that asks for nothing, so that such Pods spread too. Source: kube-scheduler. */
const DEFAULT_CPU_MILLI = 100;
const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024;

const requested = (container: Container): Resources => resourcesOf(container.resources?.requests);

function assumed(container: Container): Resources {
  const resources = requested(container);
  const { cpu, memory } = container.resources?.requests ?? {};
  if (cpu === undefined) resources.cpuMilli = DEFAULT_CPU_MILLI;
  if (memory === undefined) resources.memoryBytes = DEFAULT_MEMORY_BYTES;
  return resources;
}

/** What a Pod asks for: `exact` decides whether it fits, `forScore` how full a node looks. */
export function requestsOf(pod: Pod): { exact: Resources; forScore: Resources } {
  return { exact: totalOf(pod, requested), forScore: totalOf(pod, assumed) };
}

/**
 * The sum of the containers, or the largest init container when that is more. A sidecar (an init container that restarts always)
 * counts with the containers, and with the init containers that come after it. Source: KEP-753.
 */
function totalOf(pod: Pod, of: (container: Container) => Resources): Resources {
  const total = noResources();
  for (const container of pod.spec?.containers ?? []) addTo(total, of(container));
  const sidecars = noResources();
  const initPeak = noResources();
  for (const container of pod.spec?.initContainers ?? []) {
    const needs = of(container);
    if (container.restartPolicy === 'Always') {
      addTo(sidecars, needs);
      raiseTo(initPeak, sidecars);
    } else {
      const withSidecars = copyOf(sidecars);
      addTo(withSidecars, needs);
      raiseTo(initPeak, withSidecars);
    }
  }
  addTo(total, sidecars);
  raiseTo(total, initPeak);
  if (pod.spec?.overhead) addTo(total, resourcesOf(pod.spec.overhead));
  return total;
}
