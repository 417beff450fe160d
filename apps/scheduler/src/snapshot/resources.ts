import type { Container, Pod, ResourceRequirements } from '@kubernats/api';
import { quantityMilli, quantityValue } from '@kubernats/apimachinery';

/** Amounts by resource: cpu in thousandths of a core, all else in its own unit (bytes, pieces). */
export type Amounts = Record<string, number>;

/** What scoring assumes of a container that asks for nothing, so that such Pods spread as well. Source: kube-scheduler's non-zero requests. */
const ASSUMED = { cpu: 100, memory: 200 * 1024 * 1024 };

export const amountOf = (resource: string, quantity: string | undefined): number =>
  resource === 'cpu' ? quantityMilli(quantity) : quantityValue(quantity);

export function amountsOf(quantities: Record<string, string> | undefined): Amounts {
  const amounts: Amounts = Object.create(null);
  for (const [resource, quantity] of Object.entries(quantities ?? {})) amounts[resource] = amountOf(resource, quantity);
  return amounts;
}

export function add(to: Amounts, amounts: Amounts, sign: 1 | -1 = 1): void {
  for (const resource in amounts) to[resource] = (to[resource] ?? 0) + sign * (amounts[resource] ?? 0);
}

function raise(to: Amounts, amounts: Amounts): void {
  for (const resource in amounts) to[resource] = Math.max(to[resource] ?? 0, amounts[resource] ?? 0);
}

const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

/**
 * What a Pod takes of a node: its containers and sidecars together, or what an init container needs while it runs beside the
 * sidecars started before it, whichever is more; and the overhead. Source: "Pod resources" and KEP-753 (sidecar containers).
 */
export function requestsOf(pod: Pod): Amounts {
  return total(pod, (resources) => amountsOf(resources?.requests));
}

/** The same for scoring, with an assumed request where a container has none. */
export function scoringRequestsOf(pod: Pod): Amounts {
  return total(pod, (resources) => {
    const { cpu, memory } = amountsOf(resources?.requests);
    return { cpu: cpu ?? ASSUMED.cpu, memory: memory ?? ASSUMED.memory };
  });
}

function total(pod: Pod, of: (resources: ResourceRequirements | undefined) => Amounts): Amounts {
  const sum: Amounts = Object.create(null);
  for (const container of pod.spec?.containers ?? []) add(sum, of(container.resources));
  const sidecars: Amounts = Object.create(null);
  const starting: Amounts = Object.create(null);
  for (const container of pod.spec?.initContainers ?? []) {
    const own: Amounts = Object.assign(Object.create(null), of(container.resources));
    if (isSidecar(container)) {
      add(sum, own);
      add(sidecars, own);
      raise(starting, sidecars);
    } else {
      add(own, sidecars);
      raise(starting, own);
    }
  }
  raise(sum, starting);
  add(sum, amountsOf(pod.spec?.overhead));
  return sum;
}
