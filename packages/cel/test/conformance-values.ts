// The values and types of CEL's conformance suite, as its JSON writes them.
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, listOf, mapOf, NULL, STRING, TIMESTAMP, type Type, UINT } from '../src/language/types.ts';
import { durationOf, timestampOf } from '../src/values/time.ts';
import { ArrayList, EntriesMap, keyText, TypeValue, Uint, type Value } from '../src/values/values.ts';

/** `cel.expr.Value`. */
export interface SpecValue {
  int64Value?: string;
  uint64Value?: string;
  doubleValue?: number | string;
  stringValue?: string;
  boolValue?: boolean;
  bytesValue?: string;
  nullValue?: null;
  typeValue?: string;
  listValue?: { values?: SpecValue[] };
  mapValue?: { entries?: { key: SpecValue; value: SpecValue }[] };
  objectValue?: { '@type': string; value?: string };
}

/** `cel.expr.Type`. */
export interface SpecType {
  primitive?: string;
  wellKnown?: string;
  null?: null;
  listType?: { elemType?: SpecType };
  mapType?: { keyType?: SpecType; valueType?: SpecType };
}

const NAMED: Readonly<Record<string, Type>> = {
  BOOL,
  INT64: INT,
  UINT64: UINT,
  DOUBLE,
  STRING,
  BYTES,
  TIMESTAMP,
  DURATION,
};

export function typeOfSpec(type: SpecType = {}): Type {
  if (type.listType) return listOf(typeOfSpec(type.listType.elemType));
  if (type.mapType) return mapOf(typeOfSpec(type.mapType.keyType), typeOfSpec(type.mapType.valueType));
  if (type.null !== undefined) return NULL;
  return NAMED[type.primitive ?? type.wellKnown ?? ''] ?? DYN;
}

export function valueOfSpec(value: SpecValue): Value {
  if (value.int64Value !== undefined) return BigInt(value.int64Value);
  if (value.uint64Value !== undefined) return new Uint(BigInt(value.uint64Value));
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.bytesValue !== undefined) return new Uint8Array(Buffer.from(value.bytesValue, 'base64'));
  if (value.typeValue !== undefined) return new TypeValue(value.typeValue);
  if (value.listValue) return new ArrayList((value.listValue.values ?? []).map(valueOfSpec));
  if (value.mapValue) {
    const entries = (value.mapValue.entries ?? []).map(({ key, value: each }) => [valueOfSpec(key), valueOfSpec(each)] as const);
    return new EntriesMap(new Map(entries.map((entry) => [keyText(entry[0]) ?? '', entry])));
  }
  if (value.objectValue) {
    const { '@type': type, value: text = '' } = value.objectValue;
    return type.endsWith('Timestamp') ? timestampOf(text) : durationOf(text);
  }
  return value.stringValue ?? value.boolValue ?? null;
}
