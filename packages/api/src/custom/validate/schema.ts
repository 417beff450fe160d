// Whether a value keeps to a schema, in the words and the order of kube-apiserver (go-openapi's validation).
import { deepEqual, isJsonObject, type JsonObject, MAX_JSON_DEPTH } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Structural } from '../structural.ts';
import { type JsonType, typeOf } from './json-type.ts';
import * as problems from './problems.ts';
import { checkNumber, checkText } from './scalars.ts';

/** More are not told. */
const MAX_PROBLEMS = 100;
/** How often values may be held against what is one schema of several: these multiply with what they are asked about. */
const MAX_STEPS = 500_000;

/** There is nothing that this value was before. */
const NEW = Symbol('new');

/**
 * What is wrong with an object. Of what was so before (`old`) nothing is: a schema that has become stricter is no reason to refuse an update
 * that leaves that part as it was. Source: the page "Extend the Kubernetes API with CustomResourceDefinitions"; KEP 4008, "CRD Validation Ratcheting".
 */
export function validateSchema(object: object, schema: Structural, old?: object): Cause[] {
  const walk = new Walk();
  try {
    walk.check(object, schema, old ?? NEW, 0);
  } catch (error) {
    if (!(error instanceof TooMuchWork)) throw error;
    return [problems.tooMuchWork()];
  }
  const told = new Map(walk.causes.map((cause) => [`${cause.field} ${cause.message}`, cause]));
  return [...told.values()].slice(0, MAX_PROBLEMS);
}

class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

class Walk {
  causes: Cause[] = [];
  /** How many checks went well: of alternatives that all fail, what is wrong with the one that came nearest is told. */
  #matches = 0;
  #steps = 0;
  #isOneOfSeveral = false;
  /** A part of the value that is being checked is known not to be what it was. */
  #differs = false;
  readonly #path: (string | number)[] = [];

  check(value: unknown, schema: Structural, old: unknown, depth: number): void {
    if ((this.#isOneOfSeveral && ++this.#steps > MAX_STEPS) || depth > MAX_JSON_DEPTH) throw new TooMuchWork();
    const differedOutside = this.#differs;
    this.#differs = false;
    const before = this.causes.length;
    this.#rules(value, schema, old, depth);
    if (this.causes.length > before && old !== NEW && !this.#differs) {
      if (deepEqual(value, old)) this.causes.length = before;
      else this.#differs = true;
    }
    this.#differs ||= differedOutside;
  }

  #rules(value: unknown, schema: Structural, old: unknown, depth: number): void {
    const type = typeOf(value);
    this.#type(value, type, schema);
    if (value !== null) {
      this.#alternatives(value, schema, old, depth);
      if (typeof value === 'string') this.#add(checkText(value, schema, this.#where));
      else if (typeof value === 'number') this.#add(checkNumber(value, schema, this.#where));
      else if (Array.isArray(value)) this.#items(value, schema, old, depth);
    }
    if (schema.enum && !schema.enum.some((each) => deepEqual(each, value))) {
      this.causes.push(problems.notInEnum(this.#where(), value, schema.enum));
    } else this.#matches++;
    if (isJsonObject(value)) this.#fields(value, schema, old, depth);
  }

  #type(value: unknown, given: JsonType, { types, nullable, format }: Structural): void {
    if (types.length === 0 && format === '') return;
    const isNumeric = types.includes('integer') || types.includes('number');
    const fits =
      given === 'null'
        ? nullable || types.length === 0
        : types.includes(given) ||
          (given === 'integer' && types.includes('number')) ||
          // Its format is looked at elsewhere.
          (!isNumeric && format !== '' && (typeof value === 'string' || Array.isArray(value)));
    if (fits) this.#matches++;
    else this.causes.push(problems.wrongType(this.#where(), types.join(','), given));
  }

  #alternatives(value: unknown, { anyOf, oneOf, allOf, not }: Structural, old: unknown, depth: number): void {
    const wasOneOfSeveral = this.#isOneOfSeveral;
    this.#isOneOfSeveral = true;
    if (anyOf.length > 0) {
      const { valid, nearest } = this.#tried(value, anyOf, old, depth, true);
      if (valid === 0) this.causes.push(problems.noneOfAny(this.#where()), ...nearest);
    }
    if (oneOf.length > 0) {
      const { valid, nearest } = this.#tried(value, oneOf, old, depth, false);
      if (valid !== 1) this.causes.push(problems.notOne(this.#where(), valid), ...nearest);
    }
    if (allOf.length > 0) {
      let valid = 0;
      for (const schema of allOf) {
        const before = this.causes.length;
        this.check(value, schema, old, depth + 1);
        if (this.causes.length === before) valid++;
      }
      if (valid < allOf.length) this.causes.push(problems.notAll(this.#where(), valid === 0));
    }
    if (not && this.#alone(value, not, old, depth).causes.length === 0) this.causes.push(problems.isForbidden(this.#where()));
    this.#isOneOfSeveral = wasOneOfSeveral;
    this.#matches++;
  }

  /** How many of the schemas a value keeps to, and what is wrong by the nearest where it keeps to none. */
  #tried(value: unknown, schemas: readonly Structural[], old: unknown, depth: number, oneIsEnough: boolean) {
    let valid = 0;
    let nearest: { causes: Cause[]; matches: number } | undefined;
    let good: number | undefined;
    for (const schema of schemas) {
      const tried = this.#alone(value, schema, old, depth);
      if (tried.causes.length === 0) {
        valid++;
        good ??= tried.matches;
        if (oneIsEnough) break;
      } else if (nearest === undefined || tried.matches > nearest.matches) nearest = tried;
    }
    this.#matches += good ?? nearest?.matches ?? 0;
    return { valid, nearest: valid === 0 ? (nearest?.causes ?? []) : [] };
  }

  /** What one schema says of a value, told to nobody yet. */
  #alone(value: unknown, schema: Structural, old: unknown, depth: number): { causes: Cause[]; matches: number } {
    const outside = { causes: this.causes, matches: this.#matches, differs: this.#differs };
    this.causes = [];
    this.#matches = 0;
    this.check(value, schema, old, depth + 1);
    const alone = { causes: this.causes, matches: this.#matches };
    this.causes = outside.causes;
    this.#matches = outside.matches;
    this.#differs = outside.differs;
    return alone;
  }

  #items(list: readonly unknown[], schema: Structural, old: unknown, depth: number): void {
    const { items, minItems, maxItems, uniqueItems } = schema;
    if (items) {
      const oldOf = correlated(list, schema, old);
      for (const [i, item] of list.entries()) this.#inside(i, () => this.check(item, items, oldOf(item), depth + 1));
    }
    const where = this.#where;
    if (minItems !== undefined && list.length < minItems) this.causes.push(problems.tooFewItems(where(), list.length, minItems));
    if (maxItems !== undefined && list.length > maxItems) this.causes.push(problems.tooManyItems(where(), list.length, maxItems));
    if (uniqueItems && new Set(list.map(identity)).size < list.length) this.causes.push(problems.notUnique(where()));
    this.#matches++;
  }

  #fields(object: JsonObject, schema: Structural, old: unknown, depth: number): void {
    const { properties, additional, required, minProperties, maxProperties } = schema;
    const names = Object.keys(object).filter((name) => object[name] !== undefined);
    const where = this.#where;
    if (minProperties !== undefined && names.length < minProperties) {
      this.causes.push(problems.tooFewProperties(where(), names.length, minProperties));
      return;
    }
    if (maxProperties !== undefined && names.length > maxProperties) {
      this.causes.push(problems.tooManyProperties(where(), names.length, maxProperties));
      return;
    }
    const before = isJsonObject(old) ? old : undefined;
    for (const name of names) {
      const part = properties.get(name) ?? (typeof additional === 'object' ? additional : undefined);
      if (part) {
        const was = before && Object.hasOwn(before, name) ? before[name] : NEW;
        this.#inside(name, () => this.check(object[name], part, was, depth + 1));
      } else if (additional === false) this.causes.push(problems.forbiddenProperty(where(), name));
    }
    for (const name of required) {
      if (!Object.hasOwn(object, name) || object[name] === undefined) this.causes.push(problems.missing(where(), name));
    }
  }

  #add(causes: readonly Cause[]): void {
    if (causes.length === 0) this.#matches++;
    else this.causes.push(...causes);
  }

  #inside(step: string | number, check: () => void): void {
    this.#path.push(step);
    check();
    this.#path.pop();
  }

  readonly #where = (): string => {
    let path = '';
    for (const step of this.#path) path += typeof step === 'number' ? `[${step}]` : path === '' ? step : `.${step}`;
    return path;
  };
}

/** What an element of a list was before: only those with keys can be told from each other. */
function correlated(list: readonly unknown[], { listType, listMapKeys }: Structural, old: unknown): (item: unknown) => unknown {
  if (listType !== 'map' || !Array.isArray(old) || list.length === 0) return () => NEW;
  const keyOf = (item: unknown) => identity(isJsonObject(item) ? listMapKeys.map((key) => item[key]) : item);
  const before = new Map(old.map((item: unknown) => [keyOf(item), item]));
  // Twins cannot be told apart.
  if (before.size < old.length) return () => NEW;
  return (item) => {
    const key = keyOf(item);
    return before.has(key) ? before.get(key) : NEW;
  };
}

/** The same text for the same data, and only for that. */
function identity(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isJsonObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
