import type { Overload } from '../library/signature.ts';
import { noSuchOverload } from '../values/errors.ts';
import { fits } from '../values/fits.ts';
import type { Value } from '../values/values.ts';
import { assign, type Bindings, substitute } from './assign.ts';
import type { Expr } from './ast.ts';
import type { Compiler, Scope } from './compiler.ts';
import type { Compiled, Frame } from './frame.ts';
import { qualifiedName } from './select.ts';
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
  const fitting = overloads.flatMap((overload) => fit(overload, types, target !== undefined));
  if (fitting.length === 0) return compiler.refuse(noOverload(name, types, target !== undefined), expr.at);
  const [first] = fitting;
  const type = fitting.every(({ result }) => first && sameType(result, first.result)) ? (first?.result ?? DYN) : DYN;
  const extra = WITH_PATTERN.has(name) && exprs[1]?.op !== 'constant' ? PATTERN_COST : 0;
  const chosen = fitting.map(({ overload }) => overload);
  compiler.resolved(expr, { overloads: chosen, args: exprs });
  const call = caller(
    chosen,
    types.some(isOpen),
    args.map(({ run }) => run),
    extra,
  );
  const tried = exprs[TRIED[name] ?? -1];
  if (tried?.op === 'constant' && fails(fitting[0]?.overload, exprs, TRIED[name] ?? 0))
    return compiler.refuse(`invalid ${name} argument`, tried.at);
  return { type, run: call };
}

/** As cel-go words it. */
export function noOverload(name: string, types: readonly Type[], member = false): string {
  const names = types.map(typeName);
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

function caller(overloads: readonly Overload[], open: boolean, runs: readonly Compiled['run'][], extra: number): Compiled['run'] {
  const [first] = overloads;
  const only = overloads.length === 1 && !open ? first : undefined;
  return (frame: Frame) => {
    const args: Value[] = [];
    // What may be null before it is known may not be it now.
    let chosen = only;
    for (const run of runs) {
      const value = run(frame);
      if (value === null) chosen = undefined;
      args.push(value);
    }
    chosen ??= overloads.find((overload) => accepts(overload, args));
    if (!chosen) throw noSuchOverload();
    frame.budget.spend(chosen.cost(args) + extra);
    return chosen.apply(...(args as never[]));
  };
}

const accepts = ({ parameters }: Overload, args: readonly Value[]): boolean =>
  parameters.every((parameter, index) => fits(args[index] ?? null, parameter));

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
