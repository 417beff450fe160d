import type { FieldSchema, ObjectSchema } from '@kubernats/apimachinery';
import { objectSchema } from '../schema/object-schema.ts';
import { OBJECT_META } from './prune.ts';
import type { Structural } from './structural.ts';

const TEXT: FieldSchema = { type: 'string' };

/** How the fields of a custom resource merge in server-side apply. Source: the page "Server-Side Apply", merge strategy and custom resources. */
export function mergeSchema(definition: string, schema: Structural): ObjectSchema {
  return ofResource(definition, schema);
}

function ofResource(name: string, schema: Structural): ObjectSchema {
  const { fields, ...rest } = ofFields(name, schema);
  const own: [string, FieldSchema][] = [
    ['apiVersion', TEXT],
    ['kind', TEXT],
    ['metadata', { type: 'object', object: objectSchema(OBJECT_META) }],
  ];
  return { ...rest, fields: new Map([...fields, ...own]) };
}

function ofFields(name: string, schema: Structural): ObjectSchema {
  const fields = new Map<string, FieldSchema>();
  for (const [field, property] of schema.properties) fields.set(field, ofValue(`${name}.${field}`, property));
  return { name, fields, custom: true, ...(schema.preserve ? { open: true } : {}) };
}

function ofValue(name: string, schema: Structural): FieldSchema {
  const field: FieldSchema = { type: 'any', ...(schema.default === undefined ? {} : { default: schema.default }) };
  const [type = 'object', ...others] = schema.types;
  if (others.length > 0) return { ...field, type: 'intOrString' };
  if (schema.types.length === 0 && schema.properties.size === 0 && !schema.embedded) return field;
  switch (type) {
    case 'array':
      return { ...field, type, listType: schema.listType, listMapKeys: [...schema.listMapKeys], items: itemsOf(name, schema.items) };
    case 'object':
      return { ...field, ...ofObject(name, schema), ...(schema.mapType ? { mapType: schema.mapType } : {}) };
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return { ...field, type };
    default:
      return field;
  }
}

function ofObject(name: string, schema: Structural): FieldSchema {
  if (schema.embedded) return { type: 'object', object: ofResource(name, schema) };
  if (!schema.additional) return { type: 'object', object: ofFields(name, schema) };
  return { type: 'map', items: itemsOf(name, typeof schema.additional === 'object' ? schema.additional : undefined) };
}

const itemsOf = (name: string, items: Structural | undefined): FieldSchema => (items ? ofValue(name, items) : { type: 'any' });
