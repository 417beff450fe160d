import {
  deepEqual,
  duplicate,
  type FieldPath,
  fieldPath,
  forbiddenField,
  invalidValue,
  isJsonObject,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Variables } from '../language/frame.ts';
import { fromJson } from '../values/json.ts';
import { NONE, Optional } from '../values/values.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { JsonSchema } from './json-schema.ts';
import { messageOf, ruleText } from './message.ts';
import type { RuleNode } from './rule-node.ts';

/** What all rules of one object may cost together. Source: kube-apiserver's RuntimeCELCostBudget. */
const OBJECT_BUDGET = 10_000_000;
const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** Kubernetes calls the place of a whole object so. */
const ROOT = '<nil>';

/** The value that an element had before; `undefined`: there was none, or nobody can tell which it was. */
interface Before {
  old: unknown;
  /** Whether what this is a part of is what it was: then its faults are not new. */
  unchanged: () => boolean;
}

/** One look at an object. */
export class Validation {
  readonly causes: Cause[] = [];
  #left = OBJECT_BUDGET;

  /** Looks at a part of the object, and at what is below it. */
  visit(node: RuleNode, value: unknown, before: Before, path: FieldPath | undefined): void {
    if (value === null || value === undefined || this.#left < 0) return;
    const here: Before = {
      old: before.old,
      unchanged: lazy(() => (before.old === undefined ? before.unchanged() : deepEqual(value, before.old))),
    };
    this.#check(node, value, here, path);
    for (const part of node.allOf) this.visit(part, value, before, path);
    if (Array.isArray(value)) this.#list(node, value, here, path);
    else if (isJsonObject(value)) this.#object(node, value, here, path);
  }

  #list({ items, schema }: RuleNode, list: readonly unknown[], { old, unchanged }: Before, path: FieldPath | undefined): void {
    if (!items) return;
    const find = finder(schema, old);
    for (const [index, element] of list.entries())
      this.visit(items, element, { old: find(element), unchanged }, (path ?? fieldPath()).index(index));
  }

  #object(node: RuleNode, object: Readonly<Record<string, unknown>>, { old, unchanged }: Before, path: FieldPath | undefined): void {
    const before = node.schema['x-kubernetes-map-type'] !== 'atomic' && isJsonObject(old) ? old : {};
    for (const [name, value] of Object.entries(object)) {
      const was = { old: Object.hasOwn(before, name) ? before[name] : undefined, unchanged };
      if (node.additionalProperties) this.visit(node.additionalProperties, value, was, (path ?? fieldPath()).key(name));
      const property = node.properties.get(name);
      if (property) this.visit(property, value, was, path?.child(name) ?? fieldPath(name));
    }
  }

  #check({ rules, type, schema }: RuleNode, json: unknown, before: Before, path: FieldPath | undefined): void {
    if (!type || rules.length === 0) return;
    const hasOld = before.old !== undefined && before.old !== null;
    // Read by the rules alone: what does not fit its schema is their error.
    const self = lazy(() => fromJson(json, type));
    const oldSelf = lazy(() => (hasOld ? fromJson(before.old, type) : null));
    const oldIfAny = lazy(() => (hasOld ? new Optional(oldSelf()) : NONE));
    for (const rule of rules) {
      if (this.#left < 0) return;
      const { optionalOldSelf } = rule.rule;
      if (rule.usesOldSelf && !hasOld && !optionalOldSelf) continue;
      const variables: Variables = (name) => (name === 'self' ? self() : optionalOldSelf ? oldIfAny() : oldSelf());
      this.#run(rule, variables, before, path, schema.type ?? '');
    }
  }

  #run(compiled: CompiledRule, variables: Variables, before: Before, path: FieldPath | undefined, type: string): void {
    const { program, rule } = compiled;
    if (!program) return;
    const outcome = program.evaluate(variables, this.#left);
    const at = path ?? ROOT;
    this.#left -= outcome.cost;
    if ('error' in outcome) {
      this.causes.push(invalidValue(at, type, this.#failure(outcome, rule)));
      return;
    }
    if (outcome.value === true || (!compiled.usesOldSelf && before.unchanged())) return;
    const message = messageOf(compiled, variables, this.#left);
    this.#left -= message.cost;
    if (message.stops) this.#left = -1;
    this.causes.push(causeFor(rule.reason, compiled.path ? below(path, compiled.path) : at, type, message.text));
  }

  #failure({ error, overBudget }: { error: string; overBudget: boolean }, rule: CompiledRule['rule']): string {
    if (overBudget && this.#left <= 0) {
      this.#left = -1;
      return OUT_OF_BUDGET;
    }
    if (overBudget) {
      this.#left = -1;
      return `'${error}': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleText(rule)}`;
    }
    if (error.startsWith('no such overload')) {
      return `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}`;
    }
    return `${error} evaluating rule: ${ruleText(rule)}`;
  }
}

const below = (path: FieldPath | undefined, steps: string): string =>
  `${path === undefined ? '' : `${path}${steps.startsWith('[') ? '' : '.'}`}${steps}`;

function causeFor(reason: string | undefined, at: FieldPath | string, type: string, text: string): Cause {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbiddenField(at, text);
    case 'FieldValueRequired':
      return required(at, text);
    case 'FieldValueDuplicate':
      return duplicate(at, type);
    default:
      return invalidValue(at, type, text);
  }
}

/** Finds what an element of a list was before: that can be told of lists with keys alone. */
function finder(schema: JsonSchema, old: unknown): (element: unknown) => unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return () => undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const defaults = schema.items?.properties ?? {};
  const keyOf = (element: unknown): string =>
    JSON.stringify(keys.map((key) => (isJsonObject(element) && Object.hasOwn(element, key) ? element[key] : defaultOf(defaults, key))));
  const known = new Map(old.map((element) => [keyOf(element), element]));
  return (element) => known.get(keyOf(element));
}

function defaultOf(properties: Readonly<Record<string, JsonSchema>>, key: string): unknown {
  return Object.hasOwn(properties, key) ? properties[key]?.default : undefined;
}

/** What is computed when it is first asked for. */
function lazy<T>(compute: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
