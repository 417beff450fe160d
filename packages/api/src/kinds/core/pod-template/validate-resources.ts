import { type FieldPath, invalidValue, parseQuantity, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ResourceRequirements } from '../../../../generated/types.ts';
import { NOT_NEGATIVE } from '../../../validation/basics.ts';
import { checkResourceName } from '../../../validation/resource-name.ts';

const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const isStandard = (name: string): boolean => CONTAINER_RESOURCES.has(name) || name.startsWith('hugepages-');
/** Resources that cannot be shared out twice: their request is their limit. */
const isIndivisible = (name: string): boolean => !CONTAINER_RESOURCES.has(name);

/** Requests and limits of a container. */
export function checkResources(resources: ResourceRequirements | undefined, path: FieldPath, out: Cause[]): void {
  if (!resources) return;
  const { limits = {}, requests = {} } = resources;
  for (const [list, amounts] of [['limits', limits] as const, ['requests', requests] as const]) {
    for (const [name, amount] of Object.entries(amounts)) checkAmount(name, amount, path.child(list).key(name), path.child(list), out);
  }
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name];
    if (limit === undefined) {
      if (isIndivisible(name)) out.push(required(path.child('limits'), 'Limit must be set for non overcommitable resources'));
      continue;
    }
    const order = request === limit ? 0 : parseQuantity(request).compare(parseQuantity(limit));
    if (isIndivisible(name) && order !== 0) {
      out.push(invalidValue(path.child('requests'), request, `must be equal to ${name} limit of ${limit}`));
    } else if (order > 0)
      out.push(invalidValue(path.child('requests'), request, `must be less than or equal to ${name} limit of ${limit}`));
  }
}

/** The name of something that a container can ask for. */
export function checkContainerResourceName(name: string, at: FieldPath, out: Cause[]): void {
  checkResourceName(name, at, out);
  if (!name.includes('/') && !isStandard(name)) out.push(invalidValue(at, name, 'must be a standard resource for containers'));
}

function checkAmount(name: string, amount: string, at: FieldPath, list: FieldPath, out: Cause[]): void {
  checkContainerResourceName(name, list, out);
  const quantity = parseQuantity(amount);
  if (quantity.toNumber() < 0) out.push(invalidValue(at, amount, NOT_NEGATIVE));
  else if (name.includes('/') && quantity.milli() % 1000 !== 0) out.push(invalidValue(at, amount, 'must be an integer'));
}
