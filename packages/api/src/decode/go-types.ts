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
