import { type Pod, podAmounts } from '@kubernats/api';
import { parseQuantity, quantityOf } from '@kubernats/apimachinery';

/** Why a node does not give a Pod what it asks for now: it never could, or not as long as its other Pods hold so much. */
export interface ResizeProblem {
  reason: 'Infeasible' | 'Deferred';
  message: string;
}

const NOTHING = quantityOf(0n);

/** Why a node with `allocatable` for `others` and this Pod cannot give it what it asks for; undefined: it can. Source: KEP-1287. */
export function resizeProblem(pod: Pod, others: Iterable<Pod>, allocatable: Readonly<Record<string, string>>): ResizeProblem | undefined {
  const wanted = podAmounts(pod, 'requests');
  const counted = (['memory', 'cpu'] as const).map((name) => ({
    name,
    requested: unitsOf(name, wanted.get(name) ?? NOTHING),
    capacity: unitsOf(name, parseQuantity(allocatable[name] ?? '0')),
    used: 0,
  }));
  const infeasible = counted.find(({ requested, capacity }) => requested > capacity);
  if (infeasible) {
    const { name, requested, capacity } = infeasible;
    return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}` };
  }
  for (const other of others) {
    const held = podAmounts(other, 'requests');
    for (const each of counted) each.used += unitsOf(each.name, held.get(each.name) ?? NOTHING);
  }
  const deferred = counted.find(({ requested, used, capacity }) => requested + used > capacity);
  if (!deferred) return undefined;
  const { name, requested, used, capacity } = deferred;
  const message = `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: 'Deferred', message };
}

/** As the kubelet counts: thousandths of a core, and bytes. */
const unitsOf = (name: 'cpu' | 'memory', quantity: ReturnType<typeof parseQuantity>): number =>
  name === 'cpu' ? quantity.milli() : quantity.toNumber();
