import type { FieldSchema, ObjectSchema } from '@kubernats/apimachinery';
import type { KindRow } from '../kind.ts';
import { DEFINITIONS, type GeneratedField } from './definitions.ts';
import { ATOMIC_DEFINITIONS, KEY_DEFAULTS, MERGE_RULES } from './merge-keys.ts';

/** The schema of a kind's objects: the generated one, or that of a custom resource. */
export const schemaOf = ({ custom, definition }: Pick<KindRow, 'custom' | 'definition'>): ObjectSchema =>
  custom ? custom.schema() : objectSchema(definition);

const PREFIX = /^io\.k8s\.(?:api|[\w-]+\.pkg\.apis)\./;
const SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
/** What is a schema where it is an object. */
const SCHEMA_OR_OTHER: ReadonlySet<string> = new Set(
  ['Array', 'Bool', 'StringArray'].map((other) => `apiextensions.v1.JSONSchemaPropsOr${other}`),
);
const made = new Map<string, ObjectSchema>();

/** A definition's name as the merge table writes it: `core.v1.Pod`. */
export const shortDefinition = (name: string): string => name.replace(PREFIX, '');

/**
 * The schema of a definition, such as `io.k8s.api.core.v1.Pod`: its fields, and how its lists and maps merge. Made once a
 * definition and shared; a definition may contain itself. An unknown name throws.
 */
export function objectSchema(definition: string): ObjectSchema {
  const known = made.get(definition);
  if (known) return known;
  const generated = Object.hasOwn(DEFINITIONS, definition) ? DEFINITIONS[definition] : undefined;
  if (!generated) throw new Error(`there is no definition ${definition} in generated/schema.json`);
  const fields = new Map<string, FieldSchema>();
  const schema: ObjectSchema = { name: definition, fields };
  made.set(definition, schema);
  const short = shortDefinition(definition);
  for (const [name, field] of Object.entries(generated.fields)) {
    const path = `${short}.${name}`;
    const whole: FieldSchema = { ...fieldSchema(field), ...MERGE_RULES[path] };
    if (KEY_DEFAULTS[path] !== undefined) whole.default = KEY_DEFAULTS[path];
    fields.set(name, whole);
  }
  return schema;
}

function fieldSchema(field: GeneratedField): FieldSchema {
  const schema: FieldSchema = { type: field.type };
  const format = field.micro ? 'micro-time' : field.type === 'intOrString' ? undefined : field.format;
  if (format) schema.format = format;
  if (field.required) schema.required = true;
  if (field.items) schema.items = fieldSchema(field.items);
  if (field.any && SCHEMA_OR_OTHER.has(shortDefinition(field.any))) schema.object = objectSchema(SCHEMA);
  if (field.ref) {
    schema.object = objectSchema(field.ref);
    if (ATOMIC_DEFINITIONS.has(shortDefinition(field.ref))) schema.mapType = 'atomic';
  }
  return schema;
}
