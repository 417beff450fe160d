import { assertDepth, isJsonObject, type JsonObject } from '../json.ts';
import { emptySet, type FieldSet, isEmptySet, LEAF, SELF, sorted, union } from '../managed-fields/field-set.ts';
import { DEDUCED, type KeyedListPlan, keyedElement, type ObjectPlan, type Plan } from '../managed-fields/plan.ts';

type MutableSet = { [element: string]: FieldSet };

/**
 * The fields that who applies this object owns: its leaves, the entries of its maps and the elements of its lists. The fields of a type
 * that only hold others are nobody's, and so is an empty list. Source: structured-merge-diff's `ToFieldSet`.
 */
export function ownedFields(object: JsonObject, plan: ObjectPlan): FieldSet {
  return ofMap(object, plan, 0) ?? emptySet;
}

/** The set of a value; undefined when it holds nothing that could be owned. */
function of(value: unknown, plan: Plan, depth: number): FieldSet | undefined {
  if (value === null || plan.kind === 'leaf') return LEAF;
  assertDepth(depth);
  if (plan.kind === 'set' || plan.kind === 'keyed') return Array.isArray(value) ? ofList(value, plan, depth) : LEAF;
  return isJsonObject(value) ? ofMap(value, plan, depth) : LEAF;
}

function ofMap(value: JsonObject, plan: Plan, depth: number): FieldSet | undefined {
  let set: MutableSet | undefined;
  let empty = true;
  for (const name of Object.keys(value)) {
    empty = false;
    const part = value[name];
    const fields = part === undefined ? undefined : of(part, planOfField(plan, name), depth + 1);
    // An entry of a map is there because somebody put it there; a type's field is there anyway.
    const node = plan.kind === 'object' || part === undefined ? fields : asMember(fields);
    if (node !== undefined) (set ??= {})[`f:${name}`] = node;
  }
  return empty ? LEAF : set && sorted(set);
}

/** How a field of an object, or an entry of a map, is tracked. */
export function planOfField(plan: Plan, name: string): Plan {
  if (plan.kind === 'object') return plan.field(name)?.plan ?? DEDUCED;
  return plan.kind === 'map' ? plan.values : DEDUCED;
}

function ofList(items: readonly unknown[], plan: KeyedListPlan | { kind: 'set' }, depth: number): FieldSet | undefined {
  if (items.length === 0) return undefined;
  const set: MutableSet = {};
  for (const item of items) {
    const element = elementOf(item, plan);
    // Twins cannot be told apart: they are owned as one.
    const twin = set[element];
    const node = asMember(plan.kind === 'keyed' ? of(item, plan.items, depth + 1) : undefined);
    set[element] = twin === undefined ? node : union(twin, node);
  }
  return sorted(set);
}

/** The path element of a list's element. */
export function elementOf(item: unknown, plan: KeyedListPlan | { kind: 'set' }): string {
  return plan.kind === 'keyed' ? keyedElement(item, plan) : `v:${JSON.stringify(item)}`;
}

function asMember(node: FieldSet | undefined): FieldSet {
  if (node === undefined || isEmptySet(node)) return LEAF;
  return Object.hasOwn(node, SELF) ? node : { [SELF]: LEAF, ...node };
}

/** The set with every field of a type as a member that has members below it. Source: structured-merge-diff's `EnsureNamedFieldsAreMembers`. */
export function withNamedFields(set: FieldSet, plan: Plan): FieldSet {
  let result: MutableSet | undefined;
  for (const element of Object.keys(set)) {
    const node = set[element] ?? LEAF;
    const below = element === SELF || isEmptySet(node) ? node : withNamedFields(node, planOfElement(plan, element));
    const isField = element.startsWith('f:') && plan.kind === 'object' && plan.has(element.slice(2));
    const named = isField && !isEmptySet(below) ? asMember(below) : below;
    if (named === node) continue;
    result ??= { ...set };
    result[element] = named;
  }
  return result ?? set;
}

/** The plan of what a path element leads to. */
export function planOfElement(plan: Plan, element: string): Plan {
  if (element.startsWith('f:')) return planOfField(plan, element.slice(2));
  return plan.kind === 'keyed' ? plan.items : DEDUCED;
}
