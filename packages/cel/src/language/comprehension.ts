import { EvaluationError, noSuchOverload } from '../values/errors.ts';
import { ArrayList, EntriesMap, keyText, ListValue, MapValue, type Value } from '../values/values.ts';
import { assign } from './assign.ts';
import type { Expr } from './ast.ts';
import { noOverload } from './call.ts';
import type { Compiler, Scope } from './compiler.ts';
import type { Compiled, Frame } from './frame.ts';
import { attempt } from './logic.ts';
import { BOOL, DYN, INT, listOf, mapOf, type Type, typeName } from './types.ts';

/** What a turn costs beside what it runs: looks at what was gathered so far, and adding to it. */
const TURN_COST = 2;
const ADD_COST = 12;

/** One turn of a loop; gives false to end it. */
type Turn = (frame: Frame) => boolean;

/** The macros over lists and maps. Source: CEL's language definition, "Macros"; cel-go's extension "TwoVarComprehensions". */
export function compileComprehension(compiler: Compiler, expr: Expr & { op: 'comprehension' }, scope: Scope | undefined): Compiled {
  const range = compiler.compile(expr.range, scope);
  const types = elementTypes(range.type, expr.second !== undefined);
  if (!types) {
    return compiler.refuse(
      `expression of type '${typeName(range.type)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
      expr.range.at,
    );
  }
  const slot = (scope?.slot ?? -1) + 1;
  let inner: Scope = { name: expr.name, type: types[0], slot, outer: scope };
  if (expr.second !== undefined) inner = { name: expr.second, type: types[1], slot: slot + 1, outer: inner };
  const filter = expr.filter && compiler.compile(expr.filter, inner);
  const body = compiler.compile(expr.body, inner);
  const isPredicate = ['all', 'exists', 'exists_one', 'filter'].includes(expr.macro);
  for (const condition of [filter, isPredicate ? body : undefined]) {
    if (condition && !assign(BOOL, condition.type, new Map()))
      compiler.refuse(noOverload(OPERATOR[expr.macro] ?? '_?_:_', [BOOL, condition.type]), expr.at);
  }
  const two = expr.second !== undefined;
  const loop: Loop = two
    ? (frame, turn) => forEachPair(range.run(frame), frame, slot, turn)
    : (frame, turn) => forEach(range.run(frame), frame, slot, turn);
  return make(expr.macro, types[0], filter?.run, body, loop, slot);
}

/** With which operator a macro joins what its turns give. */
const OPERATOR: Readonly<Record<string, string>> = { all: '_&&_', exists: '_||_' };

function elementTypes(range: Type, two: boolean): readonly [Type, Type] | undefined {
  if (range.kind === 'dyn') return [DYN, DYN];
  if (range.kind === 'list') return two ? [INT, range.element] : [range.element, DYN];
  return range.kind === 'map' ? [range.key, range.value] : undefined;
}

/** Binds each element of a list, or key of a map, until a turn gives false. */
function forEach(range: Value, frame: Frame, slot: number, turn: Turn): void {
  const { locals, budget } = frame;
  if (range instanceof ListValue) {
    const { size } = range;
    for (let index = 0; index < size; index++) {
      budget.spend(TURN_COST);
      locals[slot] = range.at(index);
      if (!turn(frame)) return;
    }
  } else if (range instanceof MapValue) {
    for (const key of range.keys()) {
      budget.spend(TURN_COST);
      locals[slot] = key;
      if (!turn(frame)) return;
    }
  } else throw noSuchOverload();
}

/** Binds each index and element of a list, or key and value of a map, until a turn gives false. */
function forEachPair(range: Value, frame: Frame, slot: number, turn: Turn): void {
  const { locals, budget } = frame;
  if (range instanceof ListValue) {
    const { size } = range;
    for (let index = 0; index < size; index++) {
      budget.spend(TURN_COST);
      locals[slot] = BigInt(index);
      locals[slot + 1] = range.at(index);
      if (!turn(frame)) return;
    }
  } else if (range instanceof MapValue) {
    for (const key of range.keys()) {
      budget.spend(TURN_COST);
      locals[slot] = key;
      locals[slot + 1] = range.get(key) ?? null;
      if (!turn(frame)) return;
    }
  } else throw noSuchOverload();
}

type Loop = (frame: Frame, turn: Turn) => void;

function make(macro: string, element: Type, filter: Compiled['run'] | undefined, body: Compiled, loop: Loop, slot: number): Compiled {
  switch (macro) {
    case 'all':
    case 'exists':
      return { type: BOOL, run: (frame) => quantified(frame, macro === 'exists', body.run, loop) };
    case 'exists_one':
      return { type: BOOL, run: (frame) => countOf(frame, body.run, loop) === 1 };
    case 'filter':
      return { type: listOf(element), run: (frame) => gathered(frame, body.run, ({ locals }) => locals[slot] ?? null, loop) };
    case 'map':
    case 'transformList':
      return { type: listOf(body.type), run: (frame) => gathered(frame, filter, body.run, loop) };
    default:
      return transformedMap(macro === 'transformMapEntry', element, filter, body, loop, slot);
  }
}

/** `exists` where `decisive` is true, `all` where it is false: one turn that decides is enough, whatever becomes of the others. */
function quantified(frame: Frame, decisive: boolean, predicate: Compiled['run'], loop: Loop): boolean {
  let result = !decisive;
  let failure: EvaluationError | undefined;
  loop(frame, (turn) => {
    const value = attempt(predicate, turn);
    if (value === decisive) result = decisive;
    else if (value instanceof EvaluationError) failure ??= value;
    else if (typeof value !== 'boolean') failure ??= noSuchOverload();
    return result !== decisive;
  });
  if (failure && result !== decisive) throw failure;
  return result;
}

function isTrue(run: Compiled['run'] | undefined, frame: Frame): boolean {
  const value = run ? run(frame) : true;
  if (typeof value !== 'boolean') throw noSuchOverload();
  return value;
}

function countOf(frame: Frame, predicate: Compiled['run'], loop: Loop): number {
  let count = 0;
  loop(frame, (turn) => {
    if (isTrue(predicate, turn)) count++;
    return true;
  });
  return count;
}

function gathered(frame: Frame, filter: Compiled['run'] | undefined, value: Compiled['run'], loop: Loop): ArrayList {
  const values: Value[] = [];
  loop(frame, (turn) => {
    if (!isTrue(filter, turn)) return true;
    turn.budget.spend(ADD_COST);
    values.push(value(turn));
    return true;
  });
  return new ArrayList(values);
}

/** `transformMap` keeps the keys; `transformMapEntry` gives a map of one entry for each. */
function transformedMap(
  isEntry: boolean,
  key: Type,
  filter: Compiled['run'] | undefined,
  body: Compiled,
  loop: Loop,
  slot: number,
): Compiled {
  const run = (frame: Frame): Value => {
    const entries = new Map<string, readonly [Value, Value]>();
    const add = (newKey: Value, value: Value): void => {
      const text = keyText(newKey);
      if (text === undefined) throw new EvaluationError('unsupported key type');
      if (entries.has(text)) throw new EvaluationError(`insert failed: key ${String(newKey)} already exists`);
      entries.set(text, [newKey, value]);
    };
    loop(frame, (turn) => {
      if (!isTrue(filter, turn)) return true;
      turn.budget.spend(ADD_COST);
      const oldKey = turn.locals[slot] ?? null;
      const value = body.run(turn);
      if (!isEntry) add(oldKey, value);
      else if (value instanceof MapValue) for (const newKey of value.keys()) add(newKey, value.get(newKey) ?? null);
      else throw noSuchOverload();
      return true;
    });
    return new EntriesMap(entries);
  };
  return { type: isEntry ? body.type : mapOf(key, body.type), run };
}
