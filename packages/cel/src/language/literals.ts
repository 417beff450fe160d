import { EvaluationError } from '../values/errors.ts';
import { fits } from '../values/fits.ts';
import { nameOfType } from '../values/type-of.ts';
import { ArrayList, EntriesMap, keyText, MessageValue, Optional, type Value } from '../values/values.ts';
import { assign } from './assign.ts';
import type { Expr, Part } from './ast.ts';
import type { Compiler, Scope } from './compiler.ts';
import type { Compiled, Frame } from './frame.ts';
import { DYN, FREE, listOf, mapOf, optionalOf, type Type, typeName } from './types.ts';

const LIST_COST = 10;
const MAP_COST = 30;
const MESSAGE_COST = 40;

/** A part that may turn out to be absent: undefined. */
interface CompiledPart {
  type: Type;
  run: (frame: Frame) => Value | undefined;
}

/** `[a, ?b]`. */
export function compileList(compiler: Compiler, { elements }: Expr & { op: 'list' }, scope: Scope | undefined): Compiled {
  const parts = elements.map((element) => compilePart(compiler, element, scope, 'list element'));
  const type = commonType(
    compiler,
    parts,
    elements.map(({ value }) => value),
  );
  const run = (frame: Frame): Value => {
    frame.budget.spend(LIST_COST);
    return new ArrayList(parts.map((part) => part.run(frame)).filter((value) => value !== undefined));
  };
  return { type: listOf(type), run };
}

/** `{a: b, ?c: d}`. */
export function compileMap(compiler: Compiler, { entries }: Expr & { op: 'map' }, scope: Scope | undefined): Compiled {
  const keys = entries.map(({ key }) => compiler.compile(key, scope));
  const values = entries.map((entry) => compilePart(compiler, entry, scope, 'entry'));
  const keyType = commonType(
    compiler,
    keys,
    entries.map(({ key }) => key),
  );
  const valueType = commonType(
    compiler,
    values,
    entries.map(({ value }) => value),
  );
  const run = (frame: Frame): Value => {
    frame.budget.spend(MAP_COST);
    const made = new Map<string, readonly [Value, Value]>();
    for (const [index, compiled] of keys.entries()) {
      const key = compiled.run(frame);
      const text = keyText(key);
      if (text === undefined) throw new EvaluationError('unsupported key type');
      const value = values[index]?.run(frame);
      if (value === undefined) continue;
      if (made.has(text)) throw new EvaluationError('insert failed: key already exists');
      made.set(text, [key, value]);
    }
    return new EntriesMap(made);
  };
  return { type: mapOf(keyType, valueType), run };
}

/** `Object.spec{replicas: 1, ?paused: a}`. Source: CEL's language definition, "Messages". */
export function compileMessage(compiler: Compiler, { name, fields, at }: Expr & { op: 'message' }, scope: Scope | undefined): Compiled {
  const type = compiler.environment.messageType?.(name);
  const parts = fields.map((field) => ({ name: field.name, ...compilePart(compiler, field, scope, 'entry') }));
  if (!type) {
    const isOther = compiler.variable(name) !== undefined;
    return compiler.refuse(isOther ? `'${name}' is not a type` : `undeclared reference to '${name}' (in container '')`, at);
  }
  const types = parts.map((part, index) => {
    const field = type.fields.get(part.name)?.type ?? (type.open ? DYN : undefined);
    const where = fields[index]?.at ?? at;
    if (!field) compiler.refuse(`undefined field '${part.name}'`, where);
    else if (!assign(field, part.type, new Map())) {
      const found = `but provided type is '${typeName(part.type)}'`;
      compiler.refuse(`expected type of field '${part.name}' is '${typeName(field)}' ${found}`, where);
    }
    return field ?? DYN;
  });
  const run = (frame: Frame): Value => {
    frame.budget.spend(MESSAGE_COST);
    const made = new Map<string, Value>();
    for (const [index, part] of parts.entries()) {
      const value = part.run(frame);
      if (value === undefined) continue;
      if (!fits(value, types[index] ?? DYN)) {
        throw new EvaluationError(`unexpected type ${nameOfType(value)} for ${name}Type '${part.name}' field`);
      }
      made.set(part.name, value);
    }
    return new MessageValue(type, made);
  };
  return { type, run };
}

function compilePart(compiler: Compiler, { value: expr, optional }: Part, scope: Scope | undefined, what: string): CompiledPart {
  const compiled = compiler.compile(expr, scope);
  const { type, run } = compiled;
  if (!optional) return compiled;
  if (type.kind !== 'optional' && type.kind !== 'dyn') {
    compiler.refuse(`expected type '${typeName(optionalOf(type))}' but found '${typeName(type)}'`, expr.at);
  }
  return {
    type: type.kind === 'optional' ? type.of : type,
    run(frame) {
      const found = run(frame);
      if (found instanceof Optional) return found.value;
      throw new EvaluationError(`cannot initialize optional ${what} from non-optional value`);
    },
  };
}

/** The type that all have; a literal's parts may not be of several. */
function commonType(compiler: Compiler, parts: readonly { type: Type }[], exprs: readonly Expr[]): Type {
  const A: Type = { kind: 'parameter', name: 'A' };
  let common: Type | undefined;
  for (const [index, { type }] of parts.entries()) {
    const bound = common ? assign(A, type, new Map([['A', common]])) : new Map([['A', type]]);
    if (!bound) compiler.refuse(`expected type '${typeName(common ?? DYN)}' but found '${typeName(type)}'`, exprs[index]?.at ?? 0);
    else common = bound.get('A');
  }
  return common ?? FREE;
}
