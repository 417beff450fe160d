import type { Overload } from '../library/signature.ts';
import { noSuchOverload } from '../values/errors.ts';
import { NONE, Optional, TypeValue, type Value } from '../values/values.ts';
import { assign, substitute } from './assign.ts';
import type { Expr } from './ast.ts';
import { compileCall, noOverload } from './call.ts';
import { compileComprehension } from './comprehension.ts';
import type { Environment } from './environment.ts';
import type { Compiled, Frame } from './frame.ts';
import { compileList, compileMap, compileMessage } from './literals.ts';
import { absorbing } from './logic.ts';
import { ExpressionProblem } from './problem.ts';
import { qualifiedName } from './qualified-name.ts';
import { compileSelect } from './select.ts';
import { BOOL, DYN, optionalOf, type Type, typeName } from './types.ts';

/** Names that stand for types. */
const TYPE_NAMES: ReadonlyMap<string, Type> = new Map(
  ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type', 'optional_type']
    .concat('google.protobuf.Timestamp', 'google.protobuf.Duration')
    .map((name) => [name, { kind: 'type', of: DYN }]),
);

/** Names that macros bind, innermost first. */
export interface Scope {
  name: string;
  type: Type;
  slot: number;
  outer: Scope | undefined;
}

const A: Type = { kind: 'parameter', name: 'A' };

/** A call whose function is known: the ways to call it that fit, and the arguments, a method's target among them. */
export interface ResolvedCall {
  overloads: readonly Overload[];
  args: readonly Expr[];
}

/** What a check finds out about the parts of an expression. */
export interface Findings {
  types: ReadonlyMap<Expr, Type>;
  calls: ReadonlyMap<Expr, ResolvedCall>;
  /** Which `a.b` is one name. */
  names: ReadonlyMap<Expr, string>;
}

/** Checks an expression's types and makes it ready to run; goes on after a problem, so that all of them are told. */
export class Compiler {
  readonly environment: Environment;
  readonly problems: ExpressionProblem[] = [];
  /** The variables that the expression reads. */
  readonly reads = new Set<string>();
  readonly #types = new Map<Expr, Type>();
  readonly #calls = new Map<Expr, ResolvedCall>();
  readonly #names = new Map<Expr, string>();

  constructor(environment: Environment) {
    this.environment = environment;
  }

  /** What is known of an expression once it is compiled. */
  get findings(): Findings {
    return { types: this.#types, calls: this.#calls, names: this.#names };
  }

  compile(expr: Expr, scope: Scope | undefined): Compiled {
    const compiled = this.#compile(expr, scope);
    this.#types.set(expr, compiled.type);
    return compiled;
  }

  resolved(expr: Expr, call: ResolvedCall): void {
    this.#calls.set(expr, call);
  }

  #compile(expr: Expr, scope: Scope | undefined): Compiled {
    switch (expr.op) {
      case 'constant':
        return { type: expr.type, run: () => expr.value };
      case 'identifier':
        return (
          this.#local(expr.name, scope) ??
          this.variable(expr.name) ??
          this.refuse(`undeclared reference to '${expr.name}' (in container '')`, expr.at)
        );
      case 'select':
      case 'has':
        return this.#qualified(expr, scope) ?? compileSelect(this, expr, scope);
      case 'call':
        return compileCall(this, expr, scope);
      case 'and':
      case 'or':
        return this.#logical(expr, scope);
      case 'conditional':
        return this.#conditional(expr, scope);
      case 'list':
        return compileList(this, expr, scope);
      case 'map':
        return compileMap(this, expr, scope);
      case 'message':
        return compileMessage(this, expr, scope);
      case 'comprehension':
        return compileComprehension(this, expr, scope);
      case 'bind':
        return this.#bind(expr, scope);
      case 'optional-map':
        return this.#optionalMap(expr, scope);
    }
  }

  /** A variable of the environment, or a type; undefined: there is none. */
  variable(name: string): Compiled | undefined {
    const type = this.environment.variables.get(name);
    if (type) {
      this.reads.add(name);
      const run = ({ variables, budget }: Frame): Value => {
        budget.spend(1);
        return variables(name);
      };
      return { type, run };
    }
    const messageType = this.environment.messageType?.(name);
    const ofType: Type | undefined = messageType ? { kind: 'type', of: messageType } : TYPE_NAMES.get(name);
    return ofType && { type: ofType, run: () => new TypeValue(name) };
  }

  /** Tells of a problem; what stands for the wrong part fits everywhere, so that it is told of once. */
  refuse(message: string, at: number): Compiled {
    this.problems.push(new ExpressionProblem(message, at));
    return { type: DYN, run: () => null };
  }

  /** Whether the name is one that a macro binds. */
  isLocal(name: string, scope: Scope | undefined): boolean {
    return this.#local(name, scope) !== undefined;
  }

  #local(name: string, scope: Scope | undefined): Compiled | undefined {
    for (let inner = scope; inner; inner = inner.outer) {
      if (inner.name !== name) continue;
      const { slot, type } = inner;
      const run = ({ locals, budget }: Frame): Value => {
        budget.spend(1);
        return locals[slot] ?? null;
      };
      return { type, run };
    }
    return undefined;
  }

  #qualified(expr: Expr & { op: 'select' | 'has' }, scope: Scope | undefined): Compiled | undefined {
    const name = expr.op === 'select' ? qualifiedName(expr) : undefined;
    if (name === undefined || this.isLocal(name.split('.', 1)[0] ?? '', scope)) return undefined;
    const compiled = this.variable(name);
    if (compiled) this.#names.set(expr, name);
    return compiled;
  }

  #logical({ op, left, right, at }: Expr & { op: 'and' | 'or' }, scope: Scope | undefined): Compiled {
    const sides = [this.compile(left, scope), this.compile(right, scope)] as const;
    if (sides.some(({ type }) => !assign(BOOL, type, new Map()))) {
      return this.refuse(
        noOverload(
          op === 'and' ? '_&&_' : '_||_',
          sides.map(({ type }) => type),
        ),
        at,
      );
    }
    return { type: BOOL, run: absorbing(op === 'or', sides[0].run, sides[1].run) };
  }

  #conditional(expr: Expr & { op: 'conditional' }, scope: Scope | undefined): Compiled {
    const condition = this.compile(expr.condition, scope);
    const chosen = this.compile(expr.chosen, scope);
    const otherwise = this.compile(expr.otherwise, scope);
    const first = assign(BOOL, condition.type, new Map()) && assign(A, chosen.type, new Map());
    const both = first && assign(A, otherwise.type, first);
    if (!both) return this.refuse(noOverload('_?_:_', [condition.type, chosen.type, otherwise.type]), expr.at);
    const run = (frame: Frame): Value => {
      const holds = condition.run(frame);
      if (typeof holds !== 'boolean') throw noSuchOverload();
      return holds ? chosen.run(frame) : otherwise.run(frame);
    };
    return { type: substitute(A, both), run };
  }

  #bind({ name, value, body }: Expr & { op: 'bind' }, scope: Scope | undefined): Compiled {
    const bound = this.compile(value, scope);
    const slot = (scope?.slot ?? -1) + 1;
    const inner = this.compile(body, { name, type: bound.type, slot, outer: scope });
    const run = (frame: Frame): Value => {
      frame.locals[slot] = bound.run(frame);
      return inner.run(frame);
    };
    return { type: inner.type, run };
  }

  #optionalMap({ operand, name, body, flat, at }: Expr & { op: 'optional-map' }, scope: Scope | undefined): Compiled {
    const source = this.compile(operand, scope);
    if (source.type.kind !== 'optional' && source.type.kind !== 'dyn') {
      return this.refuse(`found no matching overload for '${flat ? 'optFlatMap' : 'optMap'}' applied to '${typeName(source.type)}'`, at);
    }
    const slot = (scope?.slot ?? -1) + 1;
    const inner = this.compile(body, { name, type: source.type.kind === 'optional' ? source.type.of : DYN, slot, outer: scope });
    const run = (frame: Frame): Value => {
      const optional = source.run(frame);
      if (!(optional instanceof Optional)) throw noSuchOverload();
      if (optional.value === undefined) return NONE;
      frame.locals[slot] = optional.value;
      const mapped = inner.run(frame);
      return flat ? mapped : new Optional(mapped);
    };
    return { type: flat ? inner.type : optionalOf(inner.type), run };
  }
}
