import { DYN, FREE, type Type } from './types.ts';

/** What the parameters of an overload stand for. */
export type Bindings = ReadonlyMap<string, Type>;

/** What may be null although its type does not say so. */
const NULLABLE: ReadonlySet<Type['kind']> = new Set(['object', 'opaque', 'optional', 'timestamp', 'duration', 'null', 'dyn']);

/**
 * Whether a value of the type `actual` may stand where `formal` is asked for; gives what the parameters of `formal` then stand for. Undefined: it may
 * not. Source: CEL's language definition, "Gradual Type Checking".
 */
export function assign(formal: Type, actual: Type, bindings: Bindings): Bindings | undefined {
  if (formal.kind === 'parameter') {
    const bound = bindings.get(formal.name);
    if (bound === undefined) return new Map(bindings).set(formal.name, actual);
    const either = assign(bound, actual, bindings) ?? assign(actual, bound, bindings);
    return either && new Map(either).set(formal.name, moreGeneral(bound, actual));
  }
  if (formal.kind === 'dyn' || actual.kind === 'dyn') return bindings;
  if (actual.kind === 'null') return NULLABLE.has(formal.kind) ? bindings : undefined;
  if (formal.kind !== actual.kind) return undefined;
  switch (formal.kind) {
    case 'list':
      return actual.kind === 'list' ? assign(formal.element, actual.element, bindings) : undefined;
    case 'map': {
      if (actual.kind !== 'map') return undefined;
      const keys = assign(formal.key, actual.key, bindings);
      return keys && assign(formal.value, actual.value, keys);
    }
    case 'optional':
      return actual.kind === 'optional' ? assign(formal.of, actual.of, bindings) : undefined;
    case 'object':
      return actual.kind === 'object' && actual.name === formal.name ? bindings : undefined;
    case 'opaque':
      return actual.kind === 'opaque' && actual.name === formal.name ? bindings : undefined;
    default:
      return bindings;
  }
}

/** The type with the parameters replaced by what they stand for; what stands for nothing may be anything. */
export function substitute(type: Type, bindings: Bindings): Type {
  switch (type.kind) {
    case 'parameter':
      return bindings.get(type.name) ?? FREE;
    case 'list':
      return { ...type, element: substitute(type.element, bindings) };
    case 'map':
      return { kind: 'map', key: substitute(type.key, bindings), value: substitute(type.value, bindings) };
    case 'optional':
    case 'type':
      return { kind: type.kind, of: substitute(type.of, bindings) };
    default:
      return type;
  }
}

/** Of two types of which one may stand for the other, the one that says less. */
function moreGeneral(a: Type, b: Type): Type {
  if (a === FREE) return b;
  if (b === FREE) return a;
  if (a.kind === 'dyn' || b.kind === 'dyn') return DYN;
  if (a.kind === 'null') return b;
  if (a.kind === 'list' && b.kind === 'list') return { ...a, element: moreGeneral(a.element, b.element) };
  if (a.kind === 'map' && b.kind === 'map') {
    return { kind: 'map', key: moreGeneral(a.key, b.key), value: moreGeneral(a.value, b.value) };
  }
  if (a.kind === 'optional' && b.kind === 'optional') return { kind: 'optional', of: moreGeneral(a.of, b.of) };
  return a;
}
