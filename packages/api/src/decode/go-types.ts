import type { FieldSchema } from '@kubernats/apimachinery';

/** A definition's name as Go writes the type: `v1.PodSpec`. */
export const goStruct = (definition: string): string => definition.split('.').slice(-2).join('.');

/** A field's type as the messages of Kubernetes' decoder name it. Named string types are not known and print as `string`. */
export function goType(field: FieldSchema): string {
  switch (field.type) {
    case 'object':
      return goStruct(field.object?.name ?? '');
    case 'array':
      return `[]${field.items ? goType(field.items) : 'string'}`;
    case 'map':
      return field.items?.type === 'quantity' ? 'v1.ResourceList' : `map[string]${field.items ? goType(field.items) : 'string'}`;
    case 'boolean':
      return 'bool';
    case 'integer':
      return field.format ?? 'int64';
    case 'number':
      return 'float64';
    case 'quantity':
      return 'resource.Quantity';
    case 'intOrString':
      return 'int32';
    default:
      return field.format === 'byte' ? '[]uint8' : 'string';
  }
}

/** A JSON value's type as those messages name it. */
export function goValue(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** Why a value that was decoded before is none of the field's type, as Kubernetes' converter of unstructured objects says it. */
export function notConverted(value: unknown, field: FieldSchema): string {
  const wanted = goType(field);
  const isNumber = typeof value === 'number';
  const number = Number.isInteger(value) ? 'int64' : 'float64';
  const kind = Array.isArray(value) ? 'slice' : typeof value === 'object' ? 'map' : isNumber ? number : goValue(value);
  if (field.type === 'object') return `cannot restore struct from: ${kind}`;
  if (field.type === 'map') return `cannot restore map from ${kind}`;
  if (wanted.startsWith('[]')) return `cannot restore slice from ${kind}`;
  // Go would make a character of a whole number, and a whole number of a fraction.
  if (isNumber && (wanted.startsWith('int') || (wanted === 'string' && number === 'int64'))) return `cannot convert ${number} to ${wanted}`;
  return `unrecognized type: ${wanted}`;
}
