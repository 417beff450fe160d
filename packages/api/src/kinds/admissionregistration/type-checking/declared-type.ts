import type { FieldSchema, ObjectSchema } from '@kubernats/apimachinery';
import { BOOL, BYTES, DOUBLE, DYN, type Field, INT, listOf, mapOf, STRING, TIMESTAMP, type Type } from '@kubernats/cel';

const made = new WeakMap<ObjectSchema, Type>();

/** The type of a kind's objects in expressions, made once; a definition may contain itself. */
export function declaredType(schema: ObjectSchema): Type {
  const known = made.get(schema);
  if (known) return known;
  const fields = new Map<string, Field>();
  const type: Type = { kind: 'object', name: schema.name, fields };
  made.set(schema, type);
  for (const [jsonName, field] of schema.fields) fields.set(jsonName, { type: fieldType(field), jsonName });
  return type;
}

function fieldType({ type, format, object, items }: FieldSchema): Type {
  switch (type) {
    case 'object':
      return object ? declaredType(object) : DYN;
    case 'array':
      return listOf(items ? fieldType(items) : DYN);
    case 'map':
      return mapOf(STRING, items ? fieldType(items) : DYN);
    case 'string':
      return format === 'byte' ? BYTES : format?.endsWith('time') ? TIMESTAMP : STRING;
    case 'integer':
      return INT;
    case 'number':
      return DOUBLE;
    case 'boolean':
      return BOOL;
    default:
      return DYN;
  }
}
