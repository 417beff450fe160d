import type { Expr } from '../language/ast.ts';
import type { Findings, ResolvedCall } from '../language/compiler.ts';
import { DYN, type Type } from '../language/types.ts';
import { type Call, type CallEstimate, estimateCall, isScalar, type Operand } from './functions.ts';
import { givesOf, LIST_COST, MAP_COST, MESSAGE_COST, macroCost, optionalMapCost } from './macros.ts';
import { either, exactly, NOTHING, ONE, plus, type Range, sum, times, UNKNOWN } from './range.ts';

/** Where a value stands in what a variable holds: the variable, then names of fields, `@items`, `@keys`, `@values` or `@indices`. */
export type ValuePath = readonly string[];

/** How large what stands there is; undefined: nobody knows. */
export type SizeAt = (path: ValuePath) => Range | undefined;

/** How large the keys (of a list: 1) and the values of a list or a map are. */
interface Entries {
  of: 'list' | 'map';
  key: Range;
  value: Range;
}

/** A name that a macro binds. */
interface Local {
  path: ValuePath;
  size?: Range | undefined;
  entries?: Entries | undefined;
}

/**
 * What a checked expression may cost, before anybody evaluates it: of the sizes of what it reads, the costs of functions, and loops as often as their
 * range is long. Source: cel-go's cost estimation.
 */
export class Estimator {
  readonly #findings: Findings;
  readonly #sizeAt: SizeAt;
  readonly #paths = new Map<Expr, ValuePath>();
  readonly #sizes = new Map<Expr, Range>();
  readonly #entries = new Map<Expr, Entries>();
  readonly #locals = new Map<string, Local[]>();

  constructor(findings: Findings, sizeAt: SizeAt) {
    this.#findings = findings;
    this.#sizeAt = sizeAt;
  }

  cost(expr: Expr): Range {
    switch (expr.op) {
      case 'constant':
        return NOTHING;
      case 'identifier':
        this.#paths.set(expr, this.#local(expr.name)?.path ?? [expr.name]);
        return ONE;
      case 'select':
        return this.#select(expr);
      case 'has':
        return this.cost(expr.operand);
      case 'call':
        return this.#call(expr, this.#findings.calls.get(expr));
      case 'and':
      case 'or': {
        const [left, right] = [this.cost(expr.left), this.cost(expr.right)];
        return { min: left.min, max: plus(left, right).max };
      }
      case 'conditional':
        return this.#conditional(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'message':
        return sum([MESSAGE_COST, ...expr.fields.map(({ value }) => this.cost(value))]);
      case 'comprehension':
        return this.#comprehension(expr);
      case 'bind':
        return this.#bind(expr);
      case 'optional-map':
        return this.#optionalMap(expr);
    }
  }

  #select(expr: Expr & { op: 'select' }): Range {
    const name = this.#findings.names.get(expr);
    if (name !== undefined) {
      this.#paths.set(expr, [name]);
      return ONE;
    }
    const operand = this.cost(expr.operand);
    if (expr.optional) return plus(operand, ONE);
    this.#paths.set(expr, [...this.#pathOf(expr.operand), expr.field]);
    return ['map', 'object', 'parameter'].includes(this.#typeOf(expr.operand).kind) ? plus(operand, ONE) : operand;
  }

  #call(expr: Expr, call: ResolvedCall | undefined): Range {
    const args = call?.args ?? [];
    const costs = sum(args.map((arg) => this.cost(arg)));
    const [first] = args;
    if (call?.overloads[0]?.name === 'dyn' && first) {
      this.#copy(expr, first);
      return plus(costs, ONE);
    }
    const operands = args.map((arg) => this.#operand(arg));
    let cost: Range | undefined;
    let size: Range | undefined;
    for (const overload of call?.overloads ?? []) {
      const estimate = this.#overload(expr, { overload, operands }, args);
      cost = cost ? either(cost, estimate.cost) : estimate.cost;
      if (estimate.size) size = size ? either(size, estimate.size) : estimate.size;
      size ??= this.#size(expr);
    }
    if (size) this.#sizes.set(expr, size);
    return plus(costs, cost ?? NOTHING);
  }

  /** One way to call a function. What an index leads to is an entry of what it looks into. */
  #overload(expr: Expr, call: Call, [first, second]: readonly Expr[]): CallEstimate {
    const estimate = estimateCall(call);
    const { name, parameters } = call.overload;
    if (name === '_+_' && estimate.size && first && second) this.#join(expr, first, second);
    const of = parameters[0]?.kind;
    if (name !== '_[_]' || !first || (of !== 'list' && of !== 'map')) return estimate;
    this.#paths.set(expr, [...this.#pathOf(first), of === 'list' ? '@items' : '@values']);
    const size = this.#entriesOf(first)?.value;
    return { cost: estimate.cost, ...(size ? { size } : {}) };
  }

  #operand(expr: Expr): Operand {
    const path = this.#pathOf(expr);
    return {
      type: this.#typeOf(expr),
      size: this.#size(expr) ?? UNKNOWN,
      elementSize: () => (path.length > 0 ? this.#sizeAt([...path, '@items']) : undefined) ?? UNKNOWN,
      literal: expr.op === 'constant' ? expr.value : undefined,
    };
  }

  #conditional(expr: Expr & { op: 'conditional' }): Range {
    const condition = this.cost(expr.condition);
    const branches = either(this.cost(expr.chosen), this.cost(expr.otherwise));
    this.#sizes.set(expr, either(this.#size(expr.chosen) ?? UNKNOWN, this.#size(expr.otherwise) ?? UNKNOWN));
    this.#join(expr, expr.chosen, expr.otherwise);
    return plus(condition, branches);
  }

  #list(expr: Expr & { op: 'list' }): Range {
    const values = expr.elements.map(({ value }) => value);
    const costs = values.map((value) => this.cost(value));
    this.#entries.set(expr, { of: 'list', key: ONE, value: this.#sizeOfAll(values) });
    return sum([LIST_COST, ...costs]);
  }

  #map(expr: Expr & { op: 'map' }): Range {
    const costs = expr.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
    const key = this.#sizeOfAll(expr.entries.map((entry) => entry.key));
    const value = this.#sizeOfAll(expr.entries.map((entry) => entry.value));
    this.#entries.set(expr, { of: 'map', key, value });
    return sum([MAP_COST, ...costs]);
  }

  #sizeOfAll(exprs: readonly Expr[]): Range {
    const [first = NOTHING, ...others] = exprs.map((expr) => this.#size(expr) ?? UNKNOWN);
    return others.reduce(either, first);
  }

  #comprehension(expr: Expr & { op: 'comprehension' }): Range {
    const range = this.cost(expr.range);
    const { filter, body } = expr;
    const costs = this.#within(this.#boundIn(expr), () => {
      const each = macroCost(expr.macro, filter && this.cost(filter), this.cost(body));
      const value = expr.macro === 'filter' ? this.#local(expr.name)?.size : this.#size(body);
      return { ...each, value: either(NOTHING, value ?? UNKNOWN) };
    });
    const length = this.#size(expr.range) ?? UNKNOWN;
    const gives = givesOf(expr.macro);
    this.#sizes.set(expr, gives === 'scalar' ? ONE : length);
    if (gives === 'list') this.#entries.set(expr, { of: 'list', key: ONE, value: costs.value });
    return plus(range, costs.once, times(length, costs.turn));
  }

  /** The names of a loop. Of a list with one name its elements, of a map its keys; with two, the indexes or keys, and the elements or values. */
  #boundIn({ range, name, second }: Expr & { op: 'comprehension' }): [string, Local][] {
    const entries = this.#entriesOf(range);
    const isList = (entries?.of ?? this.#typeOf(range).kind) === 'list';
    const under = (step: string): ValuePath => [...this.#pathOf(range), step];
    const value: Local = { path: under(isList ? '@items' : '@values'), size: entries?.value };
    const key: Local = { path: under(isList ? '@indices' : '@keys'), size: entries?.key };
    if (second === undefined) return [[name, isList ? value : key]];
    return [
      [name, key],
      [second, value],
    ];
  }

  #bind(expr: Expr & { op: 'bind' }): Range {
    const value = this.cost(expr.value);
    const local = { path: this.#pathOf(expr.value), size: this.#size(expr.value), entries: this.#entriesOf(expr.value) };
    return this.#within([[expr.name, local]], () => {
      const body = this.cost(expr.body);
      this.#copy(expr, expr.body);
      return plus(LIST_COST, value, body);
    });
  }

  #optionalMap(expr: Expr & { op: 'optional-map' }): Range {
    const operand = this.cost(expr.operand);
    const type = this.#typeOf(expr.operand);
    const size = isScalar(type) ? ONE : undefined;
    const body = this.#within([[expr.name, { path: [], size }]], () => this.cost(expr.body));
    this.#sizes.set(expr, isScalar(this.#typeOf(expr)) ? ONE : UNKNOWN);
    return optionalMapCost(operand, body, expr.flat);
  }

  #within<T>(bound: readonly [string, Local][], run: () => T): T {
    for (const [name, local] of bound) this.#locals.set(name, [...(this.#locals.get(name) ?? []), local]);
    const result = run();
    for (const [name] of bound) this.#locals.get(name)?.pop();
    return result;
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #typeOf(expr: Expr): Type {
    return this.#findings.types.get(expr) ?? DYN;
  }

  #pathOf(expr: Expr): ValuePath {
    const local = expr.op === 'identifier' ? this.#local(expr.name) : undefined;
    return local?.path ?? this.#paths.get(expr) ?? [];
  }

  #size(expr: Expr): Range | undefined {
    const known = this.#sizes.get(expr) ?? literalSize(expr);
    if (known) return known;
    const path = this.#pathOf(expr);
    const declared = path.length > 0 ? this.#sizeAt(path) : undefined;
    if (declared) return declared;
    if (isScalar(this.#typeOf(expr))) return ONE;
    return expr.op === 'identifier' ? this.#local(expr.name)?.size : undefined;
  }

  #entriesOf(expr: Expr): Entries | undefined {
    return this.#entries.get(expr) ?? (expr.op === 'identifier' ? this.#local(expr.name)?.entries : undefined);
  }

  /** What is made of two lists, or is one of them, has entries of both. */
  #join(expr: Expr, a: Expr, b: Expr): void {
    const [left, right] = [this.#entriesOf(a), this.#entriesOf(b)];
    if (!left || !right) return;
    this.#entries.set(expr, { of: left.of, key: either(left.key, right.key), value: either(left.value, right.value) });
  }

  #copy(to: Expr, from: Expr): void {
    const [size, entries] = [this.#size(from), this.#entriesOf(from)];
    if (size) this.#sizes.set(to, size);
    if (entries) this.#entries.set(to, entries);
  }
}

function literalSize(expr: Expr): Range | undefined {
  if (expr.op === 'list') return exactly(expr.elements.length);
  if (expr.op === 'map') return exactly(expr.entries.length);
  if (expr.op !== 'constant') return undefined;
  const { value } = expr;
  if (typeof value === 'string') return exactly(Array.from(value).length);
  return exactly(value instanceof Uint8Array ? value.length : 1);
}
