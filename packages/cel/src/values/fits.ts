import type { Type } from '../language/types.ts';
import { Duration, ListValue, MapValue, OpaqueValue, Optional, Timestamp, TypeValue, Uint, type Value } from './values.ts';

const TESTS: Readonly<Record<Type['kind'], (value: Value, type: Type) => boolean>> = {
  parameter: () => true,
  dyn: () => true,
  null: (value) => value === null,
  bool: (value) => typeof value === 'boolean',
  int: (value) => typeof value === 'bigint',
  uint: (value) => value instanceof Uint,
  double: (value) => typeof value === 'number',
  string: (value) => typeof value === 'string',
  bytes: (value) => value instanceof Uint8Array,
  timestamp: (value) => value instanceof Timestamp,
  duration: (value) => value instanceof Duration,
  list: (value) => value instanceof ListValue,
  map: (value) => value instanceof MapValue,
  object: (value) => value instanceof MapValue,
  optional: (value) => value instanceof Optional,
  type: (value) => value instanceof TypeValue,
  opaque: (value, type) => value instanceof OpaqueValue && type.kind === 'opaque' && value.type.name === type.name,
};

/** Whether a value may stand where a parameter of this type is, while an expression runs: what lists and maps hold is not looked at. */
export const fits = (value: Value, type: Type): boolean => TESTS[type.kind](value, type);
