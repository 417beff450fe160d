import type { Macro } from '../language/ast.ts';
import { either, exactly, ONE, plus, type Range } from './range.ts';

export const LIST_COST = exactly(10);
export const MAP_COST = exactly(30);
export const MESSAGE_COST = exactly(40);

/** What a macro costs beside its range. */
export interface MacroCost {
  /** Once: what it starts from, and a look at the result. */
  once: Range;
  /** Each turn. */
  turn: Range;
}

/** A look at what was gathered so far; to keep it, or to add to it. */
const KEEP = ONE;
const added = (what: Range): Range => plus(ONE, what, ONE);

const filtered = (filter: Range | undefined, add: Range): Range => (filter ? plus(filter, either(add, KEEP)) : add);
const listed = (value: Range): Range => added(plus(LIST_COST, value));

/** What the loops cost that macros stand for: the condition of each turn, what it does, and what is made of it. Source: cel-go's macros. */
export function macroCost(macro: Macro, filter: Range | undefined, body: Range): MacroCost {
  switch (macro) {
    case 'all':
      return { once: ONE, turn: plus(exactly(2), { min: 1, max: 1 + body.max }) };
    case 'exists':
      return { once: ONE, turn: plus(exactly(3), { min: 1, max: 1 + body.max }) };
    case 'exists_one':
      return { once: exactly(2), turn: plus(body, either(exactly(2), KEEP)) };
    case 'filter':
      return { once: plus(LIST_COST, ONE), turn: filtered(body, listed(ONE)) };
    case 'map':
    case 'transformList':
      return { once: plus(LIST_COST, ONE), turn: filtered(filter, listed(body)) };
    case 'transformMap':
      return { once: plus(MAP_COST, ONE), turn: filtered(filter, added(plus(ONE, body))) };
    case 'transformMapEntry':
      return { once: plus(MAP_COST, ONE), turn: filtered(filter, added(body)) };
  }
}

/** What a macro gives: one value, a list as long as its range, or a map. */
export function givesOf(macro: Macro): 'scalar' | 'list' | 'map' {
  if (macro === 'all' || macro === 'exists' || macro === 'exists_one') return 'scalar';
  return macro === 'transformMap' || macro === 'transformMapEntry' ? 'map' : 'list';
}

/** What `optMap` costs, which looks at its operand twice, and `optFlatMap`. */
export function optionalMapCost(operand: Range, body: Range, flat: boolean): Range {
  const bound = plus(LIST_COST, operand, ONE, body);
  return plus(operand, ONE, either(flat ? bound : plus(bound, ONE), ONE));
}
