import type { Overload } from '../library/signature.ts';
import { noSuchOverload } from '../values/errors.ts';
import { fits } from '../values/fits.ts';
import type { Value } from '../values/values.ts';
import { assign, type Bindings, substitute } from './assign.ts';
import type { Expr } from './ast.ts';
import type { Compiler, Scope } from './compiler.ts';
import type { Compiled, Frame } from './frame.ts';
import { qualifiedName } from './qualified-name.ts';
import { DYN, sameType, type Type, typeName } from './types.ts';

/** Functions whose argument, where it is a constant, is tried when the expression is compiled; by the place of that argument. */
const TRIED: Readonly<Record<string, number>> = { duration: 0, timestamp: 0, matches: 1 };

/** Functions with a regular expression as their second argument, and what one that is made while the expression runs costs to compile. */
const WITH_PATTERN: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);
const PATTERN_COST = 500;

/** A call: the ways to call the function that fit the types of its arguments; where types are not known, the values choose among them. */
export function compileCall(compiler: Compiler, expr: Expr & { op: 'call' }, scope: Scope | undefined): Compiled {
  const { functions } = compiler.environment;
  const namespace = expr.target && qualifiedName(expr.target);
  const qualified = namespace === undefined ? undefined : functions.get(`${namespace}.${expr.name}`);
  const name = qualified ? `${namespace}.${expr.name}` : expr.name;
  const target = qualified ? undefined : expr.target;
  const exprs = target ? [target, ...expr.args] : expr.args;
  const args = exprs.map((arg) => compiler.compile(arg, scope));
  const overloads = qualified ?? functions.get(name);
  if (!overloads) return compiler.refuse(`undeclared reference to '${name}' (in container '')`, expr.at);
  const types = args.map(({ type }) => type);
  const found = overloads.flatMap((overload) => fit(overload, types, target !== undefined));
  if (found.length === 0) return compiler.refuse(noOverload(name, types, target !== undefined), expr.at);
  const [first] = found;
  const type = found.every(({ result }) => first && sameType(result, first.result)) ? (first?.result ?? DYN) : DYN;
  const extra = WITH_PATTERN.has(name) && exprs[1]?.op !== 'constant' ? PATTERN_COST : 0;
  const chosen = found.map(({ overload }) => overload);
  compiler.resolved(expr, { overloads: chosen, args: exprs });
  const run = caller(
    chosen,
    types.some(isOpen),
    args.map(({ run }) => run),
    extra,
  );
  const tried = exprs[TRIED[name] ?? -1];
  if (tried?.op === 'constant' && fails(chosen[0], exprs, TRIED[name] ?? 0)) return compiler.refuse(`invalid ${name} argument`, tried.at);
  return { type, run: exprs.length > 0 && exprs.every(({ op }) => op === 'constant') ? once(run) : run };
}

/** Of constants alone a call gives the same each time, at the same cost. */
function once(run: Run): Run {
  let known: { value: Value; cost: number } | undefined;
  return (frame) => {
    if (known) {
      frame.budget.spend(known.cost);
      return known.value;
    }
    const { left } = frame.budget;
    const value = run(frame);
    known = { value, cost: left - frame.budget.left };
    return value;
  };
}

/** As cel-go words it. */
export function noOverload(name: string, types: readonly Type[], member = false): string {
  const names = types.map((type) => typeName(type));
  const applied = member ? `${names[0]}.(${names.slice(1).join(', ')})` : `(${names.join(', ')})`;
  return `found no matching overload for '${name}' applied to '${applied}'`;
}

function fit(overload: Overload, types: readonly Type[], member: boolean): { overload: Overload; result: Type }[] {
  if (overload.member !== member || overload.parameters.length !== types.length) return [];
  let bindings: Bindings | undefined = new Map();
  for (const [index, parameter] of overload.parameters.entries()) {
    bindings &&= assign(parameter, types[index] ?? DYN, bindings);
  }
  return bindings ? [{ overload, result: substitute(overload.result, bindings) }] : [];
}

/** Only while the expression runs it can be told what the value is. */
const isOpen = ({ kind }: Type): boolean => kind === 'dyn' || kind === 'parameter' || kind === 'null';

type Run = Compiled['run'];

/** How the call runs: in the one way that fits whatever comes, else in that which fits the values of each time. */
function caller(overloads: readonly Overload[], open: boolean, runs: readonly Run[], extra: number): Run {
  const [only] = overloads;
  const [first, second] = runs;
  const choose = (frame: Frame, args: readonly Value[]): Value => call(fitting(overloads, args), args, frame, extra);
  if (!only || overloads.length > 1 || !first || runs.length > 2) return (frame) => choose(frame, valuesOf(runs, frame));
  const takesAll = only.parameters.every(({ kind }) => kind === 'parameter' || kind === 'dyn');
  if (open && !takesAll) return (frame) => choose(frame, valuesOf(runs, frame));
  // What may be null before it is known may not be it now.
  const { cost, apply } = only;
  if (!second) {
    return (frame) => {
      const value = first(frame);
      if (value === null && !takesAll) return choose(frame, [value]);
      frame.budget.spend(cost(value) + extra);
      return apply(value as never);
    };
  }
  return (frame) => {
    const [left, right] = [first(frame), second(frame)];
    if ((left === null || right === null) && !takesAll) return choose(frame, [left, right]);
    frame.budget.spend(cost(left, right) + extra);
    return apply(left as never, right as never);
  };
}

const valuesOf = (runs: readonly Run[], frame: Frame): Value[] => runs.map((run) => run(frame));

function call({ cost, apply }: Overload, args: readonly Value[], { budget }: Frame, extra: number): Value {
  budget.spend(cost(...args) + extra);
  return apply(...(args as never[]));
}

function fitting(overloads: readonly Overload[], args: readonly Value[]): Overload {
  const chosen = overloads.find(({ parameters }) => parameters.every((parameter, index) => fits(args[index] ?? null, parameter)));
  if (!chosen) throw noSuchOverload();
  return chosen;
}

function fails(overload: Overload | undefined, exprs: readonly Expr[], place: number): boolean {
  const tried = exprs[place];
  if (!overload || tried?.op !== 'constant') return false;
  try {
    overload.apply(...(exprs.map((_, index) => (index === place ? tried.value : '')) as never[]));
    return false;
  } catch {
    return true;
  }
}
