import { assertDepth, isJsonObject, type JsonObject, setOwn } from '../json.ts';
import { type FieldSet, isEmptySet, SELF } from '../managed-fields/field-set.ts';
import type { ObjectPlan, Plan } from '../managed-fields/plan.ts';
import { elementOf, planOfElement } from './owned-fields.ts';

/** The object without the members of a set; what is left empty by that is null. Source: structured-merge-diff's `RemoveItems`. */
export function removeFields(object: JsonObject, gone: FieldSet, plan: ObjectPlan): JsonObject {
  const left = isEmptySet(gone) ? object : without(object, gone, plan, 0);
  return isJsonObject(left) ? left : {};
}

/** What is left of a value of which something goes; null when nothing is. */
function without(value: unknown, gone: FieldSet, plan: Plan, depth: number): unknown {
  assertDepth(depth);
  if (plan.kind === 'set' || plan.kind === 'keyed') return Array.isArray(value) ? withoutItems(value, gone, plan, depth) : value;
  if (plan.kind === 'leaf') return typeof value === 'object' ? null : value;
  return isJsonObject(value) ? withoutEntries(value, gone, plan, depth) : value;
}

function withoutEntries(value: JsonObject, gone: FieldSet, plan: Plan, depth: number): JsonObject | null {
  const left: JsonObject = {};
  let empty = true;
  for (const name of Object.keys(value)) {
    const part = remaining(value[name], `f:${name}`, gone, plan, depth);
    if (part === undefined) continue;
    setOwn(left, name, part);
    empty = false;
  }
  return empty ? null : left;
}

function withoutItems(items: readonly unknown[], gone: FieldSet, plan: Plan & { kind: 'set' | 'keyed' }, depth: number): unknown[] | null {
  const left = items.map((item) => remaining(item, elementOf(item, plan), gone, plan, depth)).filter((item) => (item ?? null) !== null);
  return left.length === 0 ? null : left;
}

/** What is left of a part; undefined when it goes itself. */
function remaining(part: unknown, element: string, gone: FieldSet, plan: Plan, depth: number): unknown {
  const node = Object.hasOwn(gone, element) ? gone[element] : undefined;
  if (node === undefined) return part;
  if (isEmptySet(node) || Object.hasOwn(node, SELF)) return undefined;
  return without(part, node, planOfElement(plan, element), depth + 1);
}
