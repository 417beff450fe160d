// Holds entries of fields.yaml against a schema.
import type { FieldSchema, ObjectSchema } from '@kubernats/apimachinery';
import type { Entry } from './fields-table.ts';

/** Of every kind: who reads it knows them. */
const EVERYWHERE = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** The fields that no entry speaks of. */
export function forgotten(schema: ObjectSchema, entries: readonly Entry[], at = ''): string[] {
  return [...schema.fields].flatMap(([name, field]) => {
    if (at === '' && EVERYWHERE.has(name)) return [];
    const path = at === '' ? name : `${at}.${name}`;
    const isSaid = entries.some((entry) => entry.path === path && entry.value === undefined);
    const isPartlySaid = entries.some((entry) => entry.path.startsWith(`${path}.`));
    const inner = elementOf(field).object;
    if (isSaid && !isPartlySaid) return [];
    if (!isPartlySaid || !inner) return isSaid ? [] : [path];
    return forgotten(inner, entries, path).filter(() => !isSaid);
  });
}

/** Where a path leads, with the indexes of lists: `spec.containers[0].image`; and an object in which just that is set. */
export function setting({ path, value }: Entry, schema: ObjectSchema): { where: string; object: Record<string, unknown> } {
  let fields: ObjectSchema | undefined = schema;
  const steps = path.split('.').map((name) => {
    const field: FieldSchema | undefined = fields?.fields.get(name);
    if (!field) throw new Error(`the schema has no ${path}`);
    fields = elementOf(field).object;
    return { name, field };
  });
  const last = steps.at(-1)?.field;
  let object: unknown = last && (value === undefined ? sampleOf(last) : readAs(elementOf(last), value));
  let where = '';
  for (const { name, field } of steps.toReversed()) {
    const isLast = field === last;
    const inList = field.type === 'array' && !(isLast && value === undefined);
    where = `${name}${inList && !isLast ? '[0]' : ''}${where === '' ? '' : `.${where}`}`;
    const isNamed = elementOf(field).object?.fields.has('name') && !isLast;
    object = { [name]: inList ? [isNamed ? { name: 'x', ...(object as object) } : object] : object };
  }
  return { where, object: object as Record<string, unknown> };
}

function elementOf(field: FieldSchema): FieldSchema {
  return field.type === 'array' && field.items ? elementOf(field.items) : field;
}

const readAs = ({ type }: FieldSchema, text: string): unknown => (type === 'boolean' ? text === 'true' : text);

const SCALARS: Readonly<Record<string, unknown>> = {
  string: 'x',
  boolean: true,
  integer: 1,
  number: 1,
  quantity: '1',
  intOrString: 1,
  any: { a: 1 },
};

/** Some value that asks for something. */
function sampleOf(field: FieldSchema, depth = 0): unknown {
  if (field.type === 'array') return field.items ? [sampleOf(field.items, depth)] : [];
  if (field.type === 'map') return { a: field.items ? sampleOf(field.items, depth) : 'x' };
  if (!field.object) return SCALARS[field.type];
  const [first] = field.object.fields;
  return first && depth < 4 ? { [first[0]]: sampleOf(first[1], depth + 1) } : {};
}
