import { getOwn, isJsonObject, type JsonObject } from '../json.ts';
import type { FieldSchema, ObjectSchema } from '../schema.ts';

/**
 * How the fields of a type are tracked, made from its schema once: what is one unit (a leaf), what is tracked part by
 * part, and the path elements of its parts.
 */
export type Plan = { kind: 'leaf' } | { kind: 'deduced' } | ObjectPlan | MapPlan | SetPlan | KeyedListPlan;

export interface MapPlan {
  kind: 'map';
  values: Plan;
}

export interface SetPlan {
  kind: 'set';
}

/** A list whose elements are told apart by some of their fields. */
export interface KeyedListPlan {
  kind: 'keyed';
  keys: readonly string[];
  /** What keys are that an element leaves out. */
  defaults: ReadonlyMap<string, unknown>;
  items: Plan;
}

export interface FieldPlan {
  /** `f:<name>`. */
  element: string;
  plan: Plan;
  /**
   * Kubernetes' Go type has the field even where the JSON leaves it out (an embedded struct, or no `omitempty`): setting
   * something in it does not make it new.
   */
  alwaysPresent: boolean;
}

const LEAF_PLAN: Plan = { kind: 'leaf' };
/** What no schema describes: objects part by part, all else as one. */
export const DEDUCED: Plan = { kind: 'deduced' };

/** Fields that are embedded structs in Kubernetes' types, by name: the schema does not tell. */
const EMBEDDED = new Set([
  'metadata',
  'spec',
  'status',
  'template',
  'strategy',
  'updateStrategy',
  'resources',
  'jobTemplate',
  'loadBalancer',
]);

export class ObjectPlan {
  readonly kind = 'object';
  readonly #schema: ObjectSchema;
  readonly #untracked: ReadonlySet<string>;
  readonly #fields = new Map<string, FieldPlan>();

  constructor(schema: ObjectSchema, untracked: ReadonlySet<string>) {
    this.#schema = schema;
    this.#untracked = untracked;
  }

  /** Whether the type has the field. */
  has(name: string): boolean {
    return this.#schema.fields.has(name);
  }

  /** The plan of a field; undefined when it is not tracked. Made when first asked for: types may contain themselves. */
  field(name: string): FieldPlan | undefined {
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    if (this.#untracked.has(name)) return undefined;
    const schema = this.#schema.fields.get(name);
    // Not remembered: names that no schema knows are without number.
    if (schema === undefined) return { element: `f:${name}`, plan: DEDUCED, alwaysPresent: false };
    const field = { element: `f:${name}`, plan: this.#planOf(name, schema), alwaysPresent: this.#isAlwaysPresent(name, schema) };
    this.#fields.set(name, field);
    return field;
  }

  /** Of a custom resource that is the metadata alone. */
  #isAlwaysPresent(name: string, schema: FieldSchema): boolean {
    if (!this.#schema.custom) return isAlwaysPresent(name, schema);
    return name === 'metadata' && this.#untracked === UNTRACKED;
  }

  #planOf(name: string, schema: FieldSchema): Plan {
    const ofRoot = name === 'metadata' && this.#untracked === UNTRACKED;
    return ofRoot && schema.object !== undefined ? new ObjectPlan(schema.object, UNTRACKED_METADATA) : planOf(schema);
  }
}

const NONE: ReadonlySet<string> = new Set();
const UNTRACKED: ReadonlySet<string> = new Set(['apiVersion', 'kind']);
/** What names the object or is the server's own. */
const UNTRACKED_METADATA: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]);

const roots = new WeakMap<ObjectSchema, ObjectPlan>();
const objects = new WeakMap<ObjectSchema, ObjectPlan>();

/** The plan of a whole object of the API. */
export function rootPlan(schema: ObjectSchema): ObjectPlan {
  return remembered(roots, schema, UNTRACKED);
}

/** The same with what names the object: everything that a configuration may say. */
export function wholePlan(schema: ObjectSchema): ObjectPlan {
  return remembered(objects, schema, NONE);
}

function remembered(plans: WeakMap<ObjectSchema, ObjectPlan>, schema: ObjectSchema, untracked: ReadonlySet<string>): ObjectPlan {
  let plan = plans.get(schema);
  if (plan === undefined) {
    plan = new ObjectPlan(schema, untracked);
    plans.set(schema, plan);
  }
  return plan;
}

function isAlwaysPresent(name: string, { type, required }: FieldSchema): boolean {
  if (type === 'object') return required === true || EMBEDDED.has(name);
  return required === true && (type === 'array' || type === 'map');
}

function planOf(schema: FieldSchema): Plan {
  switch (schema.type) {
    case 'object':
      if (schema.mapType === 'atomic') return LEAF_PLAN;
      return schema.object === undefined ? DEDUCED : remembered(objects, schema.object, NONE);
    case 'map':
      return schema.mapType === 'atomic' ? LEAF_PLAN : { kind: 'map', values: schema.items === undefined ? DEDUCED : planOf(schema.items) };
    case 'array':
      return listPlanOf(schema);
    case 'any':
      return DEDUCED;
    default:
      return LEAF_PLAN;
  }
}

/** The plan of a list. */
export function listPlanOf({ listType, listMapKeys, items }: FieldSchema): Plan {
  if (listType === 'set') return { kind: 'set' };
  if (listType !== 'map' || listMapKeys === undefined || listMapKeys.length === 0) return LEAF_PLAN;
  const keys = listMapKeys.toSorted();
  return { kind: 'keyed', keys, defaults: keyDefaults(keys, items?.object), items: items === undefined ? DEDUCED : planOf(items) };
}

function keyDefaults(keys: readonly string[], item: ObjectSchema | undefined): ReadonlyMap<string, unknown> {
  const defaults = new Map<string, unknown>();
  for (const key of keys) {
    const field = item?.fields.get(key);
    if (field?.default !== undefined) defaults.set(key, field.default);
    else if (field?.required) defaults.set(key, field.type === 'string' ? '' : 0);
  }
  return defaults;
}

/** The path element of a keyed list's element. Keys that the element lacks and that have no default are left out. */
export function keyedElement(item: unknown, { keys, defaults }: Pick<KeyedListPlan, 'keys' | 'defaults'>): string {
  const of: JsonObject = isJsonObject(item) ? item : {};
  let text = '';
  for (const key of keys) {
    const value = getOwn(of, key) ?? defaults.get(key);
    if (value !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${JSON.stringify(value)}`;
  }
  return `k:{${text}}`;
}
