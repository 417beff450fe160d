/**
 * The types of expressions. An object's fields carry the name in the expression, escaped, and the one in JSON. Source: CEL's language definition,
 * "Values"; Kubernetes' concept "Common Expression Language in Kubernetes", "Schemas to CEL types".
 */
export type Type =
  | { kind: Scalar; free?: true }
  | { kind: 'list'; element: Type; listType?: ListType; keys?: readonly string[] }
  | { kind: 'map'; key: Type; value: Type }
  | ObjectType
  /** A type of a library, known by its name alone: `kubernetes.Quantity`. */
  | { kind: 'opaque'; name: string }
  | { kind: 'optional'; of: Type }
  | { kind: 'type'; of: Type }
  /** A parameter of an overload, such as the A of `list<A>`. */
  | { kind: 'parameter'; name: string };

export interface ObjectType {
  kind: 'object';
  name: string;
  fields: ReadonlyMap<string, Field>;
  /** It may have any other field, too. */
  open?: true;
}

export type Scalar = 'dyn' | 'null' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'timestamp' | 'duration';

/** `x-kubernetes-list-type`. */
export type ListType = 'atomic' | 'set' | 'map';

export interface Field {
  type: Type;
  /** The field's name in JSON, where it is not the one in expressions. */
  jsonName: string;
}

export const DYN: Type = { kind: 'dyn' };
/** That of the elements of `[]`: it is any, until something says more. */
export const FREE: Type = { kind: 'dyn', free: true };
export const NULL: Type = { kind: 'null' };
export const BOOL: Type = { kind: 'bool' };
export const INT: Type = { kind: 'int' };
export const UINT: Type = { kind: 'uint' };
export const DOUBLE: Type = { kind: 'double' };
export const STRING: Type = { kind: 'string' };
export const BYTES: Type = { kind: 'bytes' };
export const TIMESTAMP: Type = { kind: 'timestamp' };
export const DURATION: Type = { kind: 'duration' };

export const listOf = (element: Type): Type => ({ kind: 'list', element });
export const mapOf = (key: Type, value: Type): Type => ({ kind: 'map', key, value });
export const optionalOf = (of: Type): Type => ({ kind: 'optional', of });
export const opaque = (name: string): Type => ({ kind: 'opaque', name });

/** An object type whose fields are called alike in expressions and in JSON. */
export const objectOf = (name: string, fields: Readonly<Record<string, Type>>): ObjectType => ({
  kind: 'object',
  name,
  fields: new Map(Object.entries(fields).map(([field, type]) => [field, { type, jsonName: field }])),
});

/** The type as error messages name it: `list(map(string, dyn))`. `scalars`: other names of these. */
export function typeName(type: Type, scalars: Partial<Record<Scalar, string>> = {}): string {
  const named = (part: Type): string => typeName(part, scalars);
  switch (type.kind) {
    case 'list':
      return `list(${named(type.element)})`;
    case 'map':
      return `map(${named(type.key)}, ${named(type.value)})`;
    case 'optional':
      return `optional_type(${named(type.of)})`;
    case 'type':
      return `type(${named(type.of)})`;
    case 'object':
    case 'opaque':
    case 'parameter':
      return type.name;
    default:
      return scalars[type.kind] ?? type.kind;
  }
}

export function sameType(a: Type, b: Type): boolean {
  return a === b || typeName(a) === typeName(b);
}
