/** The types that a schema knows. */
export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

const INT64 = 2 ** 63;

/** The type of a JSON value, as Kubernetes reads it: a whole number that fits 64 bits is an integer. */
export function typeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'number':
      return Number.isInteger(value) && value < INT64 && value >= -INT64 ? 'integer' : 'number';
    default:
      return 'object';
  }
}
