import { type Dialect, functionsOf } from '../language/environment.ts';
import { DYN, listOf, type ObjectType, objectOf, STRING } from '../language/types.ts';
import { walk } from '../library/cost.ts';
import { KUBERNETES_OVERLOADS } from '../library/kubernetes.ts';
import { overload } from '../library/signature.ts';
import { ListValue, MapValue, MessageValue, type Value } from '../values/values.ts';

/** The root of what an apply configuration says. */
export const OBJECT: ObjectType = openObject('Object');
const JSON_PATCH = objectOf('JSONPatch', { op: STRING, path: STRING, from: STRING, value: DYN });
export const JSON_PATCHES = listOf(JSON_PATCH);

/** A key as a part of a JSON pointer (RFC 6901). */
const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * What expressions of mutations may name beside all others': `Object{…}` with `Object.<field>…{…}` within, of whose fields nothing is known, `JSONPatch{…}`,
 * and `jsonpatch.escapeKey`. Source: the API reference, MutatingAdmissionPolicy, `mutations`.
 */
export const MUTATIONS: Dialect = {
  functions: functionsOf(...KUBERNETES_OVERLOADS, [overload('jsonpatch::escapeKey(string): string', escapeKey, walk)]),
  messageType(name) {
    if (name === 'JSONPatch') return JSON_PATCH;
    return name === 'Object' || name.startsWith('Object.') ? openObject(name) : undefined;
  },
};

function openObject(name: string): ObjectType {
  return { kind: 'object', name, fields: new Map(), open: true };
}

/** Where types do not stand where their names say: `Object.spec` is that of the field `spec`. Lists and maps between have no names. */
export function misplacedTypes(value: Value, expected = value instanceof MessageValue ? value.type.name : ''): string[] {
  if (value instanceof MessageValue) {
    const { name } = value.type;
    const why = `unexpected type name ${JSON.stringify(name)}, expected ${JSON.stringify(expected)}, which matches field name path from root Object type`;
    const within = Array.from(value.fields, ([field, part]) => misplacedTypes(part, `${expected}.${field}`)).flat();
    return name === expected ? within : [why, ...within];
  }
  if (value instanceof ListValue) return Array.from(value, (element) => misplacedTypes(element, expected)).flat();
  if (value instanceof MapValue) return Array.from(value.keys(), (key) => misplacedTypes(value.get(key) ?? null, expected)).flat();
  return [];
}
