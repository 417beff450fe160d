// Whether a configuration fits its type, as server-side apply asks before it merges: in the words of structured-merge-diff.
import { goPrint, goType } from '../go-print.ts';
import { assertDepth, isJsonObject, type JsonObject } from '../json.ts';
import { type KeyedListPlan, keyedElement, listPlanOf } from '../managed-fields/plan.ts';
import type { FieldSchema, ObjectSchema } from '../schema.ts';
import { elementText } from './element-text.ts';

/** What is wrong with a configuration, each with its path: `.spec.x: field not declared in schema`. Throws BadRequest when it nests too deeply. */
export function typedProblems(config: JsonObject, schema: ObjectSchema): string[] {
  return new Walk().problemsOf(config, schema);
}

/** Several problems as one text. */
export const typedProblemsText = (problems: readonly string[]): string =>
  problems.length === 1 ? (problems[0] ?? '') : `errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;

/** More are not told. */
const MAX_PROBLEMS = 20;

class Walk {
  readonly #problems: string[] = [];

  problemsOf(config: JsonObject, schema: ObjectSchema): string[] {
    this.#fields(config, schema, '', 0);
    return this.#problems;
  }

  #report(path: string, problem: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(path === '' ? problem : `${path}: ${problem}`);
  }

  #fields(value: JsonObject, schema: ObjectSchema, path: string, depth: number): void {
    assertDepth(depth);
    for (const name of Object.keys(value)) {
      const field = schema.fields.get(name);
      if (field === undefined) {
        if (!schema.open) return this.#report(`${path}.${name}`, 'field not declared in schema');
        assertDepthOf(value[name], depth);
        continue;
      }
      this.#value(value[name], field, `${path}.${name}`, depth + 1);
    }
  }

  #value(value: unknown, field: FieldSchema, path: string, depth: number): void {
    if (value === null || value === undefined) return;
    switch (field.type) {
      case 'object':
        if (!isJsonObject(value)) return this.#report(path, `expected map, got ${pointed(value)}`);
        if (field.object) this.#fields(value, field.object, path, depth);
        return;
      case 'map':
        if (!isJsonObject(value)) return this.#report(path, `expected map, got ${pointed(value)}`);
        return this.#entries(value, field, path, depth);
      case 'array':
        if (!Array.isArray(value)) return this.#report(path, `expected list, got ${pointed(value)}`);
        return this.#items(value, field, path, depth);
      case 'any':
        return assertDepthOf(value, depth);
      default:
        this.#scalar(value, field, path);
    }
  }

  #entries(value: JsonObject, { items }: FieldSchema, path: string, depth: number): void {
    assertDepth(depth);
    for (const key of Object.keys(value)) {
      // No map of the API has use for this key, and it is the one that could do harm further on.
      if (key === '__proto__') return this.#report(`${path}.${key}`, 'field not declared in schema');
      if (items) this.#value(value[key], items, `${path}.${key}`, depth + 1);
    }
  }

  #items(list: readonly unknown[], field: FieldSchema, path: string, depth: number): void {
    assertDepth(depth);
    const plan = listPlanOf(field);
    const seen = new Set<string>();
    for (const [i, item] of list.entries()) {
      const problem = identityProblem(item, plan);
      // Without an identity there is no path to what else is wrong.
      if (problem !== undefined) return this.#report(path, `element ${i}: ${problem}`);
      const element = plan.kind === 'keyed' ? keyedElement(item, plan) : plan.kind === 'set' ? `v:${JSON.stringify(item)}` : `i:${i}`;
      if (seen.has(element)) this.#report(path, `duplicate entries for key ${elementText(element)}`);
      seen.add(element);
      if (field.items) this.#value(item, field.items, path + elementText(element), depth + 1);
    }
  }

  #scalar(value: unknown, { type }: FieldSchema, path: string): void {
    if (type === 'integer' || type === 'number') {
      if (typeof value !== 'number') this.#report(path, `expected numeric (int or float), got ${goType(value)}`);
    } else if (type === 'boolean') {
      if (typeof value !== 'boolean') this.#report(path, `expected boolean, got ${pointed(value)}`);
    } else if (type === 'string') {
      if (typeof value !== 'string') this.#report(path, `expected string, got &value.valueUnstructured{Value:${goPrint(value)}}`);
    } else if (typeof value === 'object') this.#report(path, `expected any scalar, got ${pointed(value)}`);
  }
}

const pointed = (value: unknown): string => `&{${goPrint(value)}}`;

/** Why an element cannot be told from the others; undefined when it can. */
function identityProblem(item: unknown, plan: ReturnType<typeof listPlanOf>): string | undefined {
  if (plan.kind === 'keyed') return keyProblem(item, plan);
  if (plan.kind !== 'set') return undefined;
  if (Array.isArray(item)) return 'not supported: associative list with lists as elements';
  if (isJsonObject(item)) return "associative list without keys has an element that's a map type";
  return item === null ? "associative list without keys has an element that's an explicit null" : undefined;
}

function keyProblem(item: unknown, { keys, defaults }: KeyedListPlan): string | undefined {
  if (item === null) return 'associative list with keys may not have a null element';
  if (!isJsonObject(item)) return 'associative list with keys may not have non-map elements';
  const missing = keys.find((key) => !Object.hasOwn(item, key) && !defaults.has(key));
  return missing === undefined
    ? undefined
    : `associative list with keys has an element that omits key field "${missing}" (and doesn't have default value)`;
}

function assertDepthOf(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  assertDepth(depth);
  for (const part of Object.values(value)) assertDepthOf(part, depth + 1);
}
