import { assertDepth, isJsonObject, type JsonObject } from '../json.ts';
import type { ObjectSchema } from '../schema.ts';
import { compareObjects } from './compare.ts';
import { emptySet, type FieldSet } from './field-set.ts';
import { DEDUCED, keyedElement, type ObjectPlan, type Plan, rootPlan } from './plan.ts';

/** How many sets are remembered of a type. */
const MAX_SETS = 1_000;
/** What is larger is not worth remembering. */
const MAX_LENGTH = 16 * 1024;

const remembered = new WeakMap<ObjectSchema, Map<string, FieldSet>>();
const texts = new WeakMap<FieldSet, string>();

/**
 * The set of the fields of a new object. Most new objects are like others but for their values, as the Pods of a ReplicaSet are: they share one set, which is made
 * once. Fields named in `ignore` (of the top level) do not count.
 */
export function createdSet(object: object, schema: ObjectSchema, ignore: readonly string[]): FieldSet {
  const make = (): FieldSet => compareObjects(undefined, object, schema, ignore).taken ?? emptySet;
  if (!isJsonObject(object)) return make();
  const shape = new Shape(ignore).of(object, rootPlan(schema));
  if (shape.length > MAX_LENGTH) return make();
  let sets = remembered.get(schema);
  if (sets === undefined) remembered.set(schema, (sets = new Map()));
  let set = sets.get(shape);
  if (set === undefined) {
    set = make();
    if (sets.size >= MAX_SETS) sets.clear();
    sets.set(shape, set);
    texts.set(set, JSON.stringify(set));
  }
  return set;
}

/** A set in JSON, which is made once of a set that objects share. */
export const fieldSetText = (set: FieldSet): string => texts.get(set) ?? JSON.stringify(set);

/** Two objects of a type with one shape have one set. Names say how long they are, so that none can pass for several. */
class Shape {
  readonly #ignore: readonly string[];
  #text: string;

  constructor(ignore: readonly string[]) {
    this.#ignore = ignore;
    this.#text = ignore.join();
  }

  of(object: JsonObject, plan: ObjectPlan): string {
    this.#fields(object, plan, 0);
    return this.#text;
  }

  #value(value: unknown, plan: Plan, depth: number): void {
    assertDepth(depth);
    if (plan.kind === 'leaf') return;
    if (Array.isArray(value)) {
      this.#text += '[';
      if (plan.kind === 'set') for (const each of value) this.#name(JSON.stringify(each));
      if (plan.kind === 'keyed') {
        for (const item of value) {
          this.#name(keyedElement(item, plan));
          this.#value(item, plan.items, depth + 1);
        }
      }
      this.#text += ']';
    } else if (isJsonObject(value) && plan.kind !== 'set' && plan.kind !== 'keyed') this.#fields(value, plan, depth);
  }

  #fields(value: JsonObject, plan: Exclude<Plan, { kind: 'leaf' | 'set' | 'keyed' }>, depth: number): void {
    this.#text += '{';
    for (const name of Object.keys(value)) {
      const part = value[name];
      if (part === undefined || part === null || (depth === 0 && this.#ignore.includes(name))) continue;
      const of = plan.kind === 'object' ? plan.field(name)?.plan : plan.kind === 'map' ? plan.values : DEDUCED;
      if (of === undefined) continue;
      this.#name(name);
      this.#value(part, of, depth + 1);
    }
    this.#text += '}';
  }

  #name(name: string): void {
    this.#text += name.length;
    this.#text += ':';
    this.#text += name;
  }
}
