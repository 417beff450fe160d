import { assertDepth, deepEqual, getOwn, isJsonObject, type JsonObject } from '../json.ts';
import type { ObjectSchema } from '../schema.ts';
import { type FieldSet, LEAF, SELF, sorted, union } from './field-set.ts';
import { DEDUCED, type FieldPlan, type KeyedListPlan, keyedElement, type Plan, rootPlan } from './plan.ts';

/** What a write did to an object's fields; a set that is absent is empty. */
export interface Change {
  /** Fields that were added or got another value. */
  taken?: FieldSet;
  /** Fields that are gone. */
  removed?: FieldSet;
}

type MutableSet = { [element: string]: FieldSet };
const NO_CHANGE: Change = {};
const NOTHING: JsonObject = {};

/**
 * Compares two states of an object. An absent `old` is a creation: then the fields' set is built straight from the object.
 * Fields named in `ignore` (of the top level) do not count. What did not change costs no memory.
 */
export function compareObjects(old: object | undefined, next: object, schema: ObjectSchema, ignore: readonly string[]): Change {
  const before: JsonObject = isJsonObject(old) ? old : NOTHING;
  const after: JsonObject = isJsonObject(next) ? next : NOTHING;
  const plan = rootPlan(schema);
  return compareFields(before, after, (name) => (ignore.includes(name) ? undefined : plan.field(name)), 0);
}

/** The set of a value that is new as a whole: the value itself and all its parts. */
function setOf(value: unknown, plan: Plan, depth: number): FieldSet {
  assertDepth(depth);
  switch (plan.kind) {
    case 'leaf':
      return LEAF;
    case 'set':
      return Array.isArray(value) ? setOfTexts(value) : LEAF;
    case 'keyed':
      return Array.isArray(value) ? setOfItems(value, plan, depth) : LEAF;
    default:
      return isJsonObject(value) ? setOfFields(value, fieldsOf(plan), depth) : LEAF;
  }
}

type FieldOf = (name: string) => FieldPlan | undefined;

/** How the fields of an object, or the entries of a map, are tracked. */
function fieldsOf(plan: Plan): FieldOf {
  if (plan.kind === 'object') return (name) => plan.field(name);
  const values = plan.kind === 'map' ? plan.values : DEDUCED;
  return (name) => ({ element: `f:${name}`, plan: values, alwaysPresent: false });
}

function setOfFields(value: JsonObject, fieldOf: FieldOf, depth: number): FieldSet {
  let set: MutableSet | undefined;
  for (const name of sortedKeys(value)) {
    const part = value[name];
    const field = part === undefined || part === null ? undefined : fieldOf(name);
    if (field === undefined) continue;
    set ??= { [SELF]: LEAF };
    set[field.element] = setOf(part, field.plan, depth + 1);
  }
  return set ?? LEAF;
}

function setOfTexts(values: readonly unknown[]): FieldSet {
  if (values.length === 0) return LEAF;
  const set: MutableSet = { [SELF]: LEAF };
  for (const value of values) set[`v:${JSON.stringify(value)}`] = LEAF;
  return sorted(set);
}

function setOfItems(items: readonly unknown[], plan: KeyedListPlan, depth: number): FieldSet {
  if (items.length === 0) return LEAF;
  const set: MutableSet = { [SELF]: LEAF };
  for (const item of items) {
    const element = keyedElement(item, plan);
    const ofItem = setOf(item, plan.items, depth + 1);
    const twin = set[element];
    set[element] = twin === undefined ? ofItem : union(twin, ofItem);
  }
  return sorted(set);
}

/** Names in Kubernetes' order; mostly they come in it. */
function sortedKeys(value: JsonObject): string[] {
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return keys.sort();
  }
  return keys;
}

function compareValues(old: unknown, next: unknown, plan: Plan, depth: number): Change {
  if (old === next) return NO_CHANGE;
  assertDepth(depth);
  if (plan.kind === 'set' && Array.isArray(old) && Array.isArray(next) && old.length + next.length > 0) return compareTexts(old, next);
  if (plan.kind === 'keyed' && Array.isArray(old) && Array.isArray(next) && old.length + next.length > 0) {
    return compareItems(old, next, plan, depth);
  }
  if (isBranch(plan) && isJsonObject(old) && isJsonObject(next)) return compareFields(old, next, fieldsOf(plan), depth);
  if (deepEqual(old, next)) return NO_CHANGE;
  if (!isPartwise(old, plan) && !isPartwise(next, plan)) return { taken: LEAF };
  return { taken: setOf(next, plan, depth), removed: setOf(old, plan, depth) };
}

const isBranch = ({ kind }: Plan): boolean => kind === 'object' || kind === 'map' || kind === 'deduced';

/** Whether the value has parts of its own in the set. */
function isPartwise(value: unknown, plan: Plan): boolean {
  return plan.kind !== 'leaf' && (Array.isArray(value) ? plan.kind !== 'deduced' && value.length > 0 : isJsonObject(value));
}

/** Gathers the changes of a node's parts. Most nodes have none and cost nothing. */
class Changes {
  #taken: MutableSet | undefined;
  #removed: MutableSet | undefined;

  add(element: string, { taken, removed }: Change): void {
    if (taken !== undefined) {
      this.#taken ??= {};
      this.#taken[element] = taken;
    }
    if (removed !== undefined) {
      this.#removed ??= {};
      this.#removed[element] = removed;
    }
  }

  result(): Change {
    if (this.#taken === undefined && this.#removed === undefined) return NO_CHANGE;
    return {
      ...(this.#taken === undefined ? {} : { taken: sorted(this.#taken) }),
      ...(this.#removed === undefined ? {} : { removed: this.#removed }),
    };
  }
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

function compareFields(old: JsonObject, next: JsonObject, fieldOf: FieldOf, depth: number): Change {
  const changes = new Changes();
  for (const name of Object.keys(next)) {
    const value = next[name];
    const before = getOwn(old, name);
    if (value === before || isAbsent(value)) continue;
    const field = fieldOf(name);
    if (field === undefined) continue;
    changes.add(field.element, isAbsent(before) ? addedField(value, field, depth) : compareValues(before, value, field.plan, depth + 1));
  }
  for (const name of Object.keys(old)) {
    const value = old[name];
    const after = getOwn(next, name);
    if (isAbsent(value) || !isAbsent(after)) continue;
    const field = fieldOf(name);
    if (field === undefined) continue;
    // A null is still there: what it does not hold any more is gone.
    const emptied = after === null && isPartwise(value, field.plan);
    changes.add(
      field.element,
      emptied
        ? compareValues(value, Array.isArray(value) ? [] : NOTHING, field.plan, depth + 1)
        : { removed: setOf(value, field.plan, depth + 1) },
    );
  }
  return changes.result();
}

/** A field that JSON did not have before. */
function addedField(value: unknown, { plan, alwaysPresent }: FieldPlan, depth: number): Change {
  if (alwaysPresent && isBranch(plan) && isJsonObject(value)) return compareFields(NOTHING, value, fieldsOf(plan), depth + 1);
  const set = setOf(value, plan, depth + 1);
  if (!alwaysPresent || set === LEAF) return { taken: set };
  const { [SELF]: _present, ...parts } = set;
  return { taken: parts };
}

function compareTexts(old: readonly unknown[], next: readonly unknown[]): Change {
  const changes = new Changes();
  const [before, after] = [new Set(old), new Set(next)];
  for (const value of after) if (!before.has(value)) changes.add(`v:${JSON.stringify(value)}`, { taken: LEAF });
  for (const value of before) if (!after.has(value)) changes.add(`v:${JSON.stringify(value)}`, { removed: LEAF });
  return changes.result();
}

function compareItems(old: readonly unknown[], next: readonly unknown[], plan: KeyedListPlan, depth: number): Change {
  const changes = new Changes();
  if (old.length === next.length && next.every((item, i) => sameKeys(old[i], item, plan.keys))) {
    for (let i = 0; i < next.length; i++) {
      const change = compareValues(old[i], next[i], plan.items, depth + 1);
      if (change !== NO_CHANGE) changes.add(keyedElement(next[i], plan), change);
    }
    return changes.result();
  }
  const [before, after] = [byElement(old, plan), byElement(next, plan)];
  for (const [element, item] of after) {
    if (before.has(element)) changes.add(element, compareValues(before.get(element), item, plan.items, depth + 1));
    else changes.add(element, { taken: setOf(item, plan.items, depth + 1) });
  }
  for (const [element, item] of before) {
    if (!after.has(element)) changes.add(element, { removed: setOf(item, plan.items, depth + 1) });
  }
  return changes.result();
}

/** Whether two elements are the same one in another state. */
function sameKeys(a: unknown, b: unknown, keys: readonly string[]): boolean {
  return isJsonObject(a) && isJsonObject(b) && keys.every((key) => a[key] === b[key]);
}

/** Of twins (which Kubernetes' types allow in places) the last one counts. */
function byElement(items: readonly unknown[], plan: KeyedListPlan): Map<string, unknown> {
  return new Map(items.map((item) => [keyedElement(item, plan), item]));
}
