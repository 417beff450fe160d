import { noSuchKey, noSuchOverload } from '../values/errors.ts';
import { MapValue, NONE, Optional, type Value } from '../values/values.ts';
import type { Expr } from './ast.ts';
import type { Compiler, Scope } from './compiler.ts';
import { type Compiled, charged, type Frame } from './frame.ts';
import { BOOL, DYN, optionalOf, type Type, typeName } from './types.ts';

/** `a.b`, `a.?b`, and `has(a.b)`. Source: CEL's language definition, "Field Selection". */
export function compileSelect(compiler: Compiler, expr: Expr & { op: 'select' | 'has' }, scope: Scope | undefined): Compiled {
  const { field, at } = expr;
  const operand = compiler.compile(expr.operand, scope);
  const through = operand.type.kind === 'optional';
  const found = fieldOf(operand.type.kind === 'optional' ? operand.type.of : operand.type, field);
  if (typeof found === 'string') return compiler.refuse(found, at);
  if (expr.op === 'has') return { type: BOOL, run: (frame) => has(operand.run(frame), field) };
  if (expr.optional || through) return { type: optionalOf(found), run: charged(1, (frame) => maybe(operand.run(frame), field)) };
  const { run } = operand;
  const selected = (frame: Frame): Value => {
    frame.budget.spend(1);
    return select(run(frame), field);
  };
  return { type: found, run: selected };
}

/** The field's type, or what is wrong. */
function fieldOf(type: Type, field: string): Type | string {
  switch (type.kind) {
    case 'dyn':
      return DYN;
    case 'map':
      return type.value;
    case 'object':
      return type.fields.get(field)?.type ?? (type.open ? DYN : `undefined field '${field}'`);
    default:
      return `type '${typeName(type)}' does not support field selection`;
  }
}

function select(operand: Value, field: string): Value {
  if (operand instanceof MapValue) {
    const value = operand.get(field);
    if (value === undefined) throw noSuchKey(field);
    return value;
  }
  if (operand instanceof Optional) return maybe(operand, field);
  throw noSuchOverload();
}

function maybe(operand: Value, field: string): Optional {
  const holder = operand instanceof Optional ? operand.value : operand;
  if (holder === undefined) return NONE;
  if (!(holder instanceof MapValue)) throw noSuchOverload();
  const value = holder.get(field);
  return value === undefined ? NONE : new Optional(value);
}

function has(operand: Value, field: string): boolean {
  const holder = operand instanceof Optional ? operand.value : operand;
  if (holder === undefined) return false;
  if (!(holder instanceof MapValue)) throw noSuchOverload();
  return holder.has(field);
}
