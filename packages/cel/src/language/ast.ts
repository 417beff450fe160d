import type { Value } from '../values/values.ts';
import type { Type } from './types.ts';

/** A parsed expression. `at` is where in the text the node is told of when it is wrong, counted in UTF-16 units. */
export type Expr = { at: number } & (
  | { op: 'constant'; value: Value; type: Type }
  | { op: 'identifier'; name: string }
  | { op: 'select'; operand: Expr; field: string; optional: boolean }
  /** The macro `has`. */
  | { op: 'has'; operand: Expr; field: string; optional: boolean }
  | { op: 'call'; name: string; target?: Expr; args: readonly Expr[] }
  | { op: 'and' | 'or'; left: Expr; right: Expr }
  | { op: 'conditional'; condition: Expr; chosen: Expr; otherwise: Expr }
  | { op: 'list'; elements: readonly Part[] }
  | { op: 'map'; entries: readonly (Part & { key: Expr })[] }
  /** `Object.spec{replicas: 1}`; the `at` of a field is its colon. */
  | { op: 'message'; name: string; fields: readonly (Part & { name: string; at: number })[] }
  | Comprehension
  /** `cel.bind`. */
  | { op: 'bind'; name: string; value: Expr; body: Expr }
  /** `optMap` and `optFlatMap`. */
  | { op: 'optional-map'; flat: boolean; operand: Expr; name: string; body: Expr }
);

/** A part of a literal. */
export interface Part {
  value: Expr;
  /** The value is one that may be absent; then the part is left out. */
  optional: boolean;
}

/** A macro over a list or a map. With a second name the first one is the index or the key, the second one the value. */
export interface Comprehension {
  op: 'comprehension';
  macro: Macro;
  range: Expr;
  name: string;
  second?: string;
  filter?: Expr;
  body: Expr;
}

export type Macro = 'all' | 'exists' | 'exists_one' | 'map' | 'filter' | 'transformList' | 'transformMap' | 'transformMapEntry';
