import type { NodeStatus } from '@kubernats/api';
import { canonicalResource, parseQuantity, quantityOf } from '@kubernats/apimachinery';
import type { NodeShape } from '../config.ts';

type Amounts = Record<string, string>;

/** All that a node has. */
export function capacityOf({ cpu, memory, pods, ephemeralStorage, extendedResources }: NodeShape): Amounts {
  const own: Amounts = { cpu, 'ephemeral-storage': ephemeralStorage, memory, pods: String(pods) };
  return Object.fromEntries(Object.entries({ ...own, ...extendedResources }).map(([name, amount]) => [name, canonicalResource(amount)]));
}

/** What Pods may have of it. */
export function allocatableOf(shape: NodeShape): Amounts {
  const { cpu, memory, ephemeralStorage } = shape.reserved;
  const reserved: Record<string, string | undefined> = { cpu, memory, 'ephemeral-storage': ephemeralStorage };
  return Object.fromEntries(Object.entries(capacityOf(shape)).map(([name, amount]) => [name, less(amount, reserved[name])]));
}

function less(amount: string, reserved: string | undefined): string {
  if (reserved === undefined) return amount;
  const all = parseQuantity(amount);
  const left = all.sub(parseQuantity(reserved));
  return (left.nanos < 0n ? quantityOf(0n, all.format) : left).toString();
}

/**
 * Capacity and allocatable as the status has them. What somebody else advertises on the Node (an extended resource, by a patch of its
 * capacity) stays, and may be allocated. Source: "Advertise Extended Resources for a Node".
 */
export function resourcesOf(
  shape: NodeShape,
  before: NodeStatus | undefined,
  dropped: readonly string[],
): Required<Pick<NodeStatus, 'capacity' | 'allocatable'>> {
  const [capacity, allocatable] = [capacityOf(shape), allocatableOf(shape)];
  for (const [name, amount] of Object.entries(before?.capacity ?? {})) {
    if (Object.hasOwn(capacity, name) || dropped.includes(name)) continue;
    capacity[name] = amount;
    allocatable[name] = amount;
  }
  return { capacity, allocatable };
}
