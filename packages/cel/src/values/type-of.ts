import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  STRING,
  TIMESTAMP,
  type Type,
  UINT,
} from '../language/types.ts';
import { Duration, ListValue, MapValue, MessageValue, OpaqueValue, Optional, Timestamp, TypeValue, Uint, type Value } from './values.ts';

const LIST = listOf(DYN);
const MAP = mapOf(DYN, DYN);
const OPTIONAL = optionalOf(DYN);
const TYPE: Type = { kind: 'type', of: DYN };

/** The type of a value while an expression runs: what a list or a map holds is not looked at. */
export function typeOf(value: Value): Type {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'boolean':
      return BOOL;
    case 'bigint':
      return INT;
    case 'number':
      return DOUBLE;
  }
  if (value === null) return NULL;
  if (value instanceof ListValue) return LIST;
  if (value instanceof MessageValue) return value.type;
  if (value instanceof MapValue) return MAP;
  if (value instanceof OpaqueValue) return value.type;
  if (value instanceof Uint) return UINT;
  if (value instanceof Timestamp) return TIMESTAMP;
  if (value instanceof Duration) return DURATION;
  if (value instanceof Optional) return OPTIONAL;
  return value instanceof TypeValue ? TYPE : BYTES;
}

/** The name that `type()` gives: `int`, `list`, `google.protobuf.Timestamp`. */
export function nameOfType(value: Value): string {
  const type = typeOf(value);
  switch (type.kind) {
    case 'opaque':
    case 'object':
      return type.name;
    case 'null':
      return 'null_type';
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'optional':
      return 'optional_type';
    default:
      return type.kind;
  }
}
