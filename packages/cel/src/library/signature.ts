import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  opaque,
  optionalOf,
  STRING,
  TIMESTAMP,
  type Type,
  UINT,
} from '../language/types.ts';
import type { Value } from '../values/values.ts';

/** One way to call a function. */
export interface Overload {
  name: string;
  /** It is called on a value, `text.size()`: the first of its parameters. */
  member: boolean;
  parameters: readonly Type[];
  result: Type;
  /** What it costs beyond the looks at its arguments, in Kubernetes' units; before it runs. Default 1. */
  cost: (...args: readonly Value[]) => number;
  /** Throws an EvaluationError. */
  apply: (...args: never[]) => Value;
}

const NAMED: Readonly<Record<string, Type>> = {
  dyn: DYN,
  null: NULL,
  bool: BOOL,
  int: INT,
  uint: UINT,
  double: DOUBLE,
  string: STRING,
  bytes: BYTES,
  timestamp: TIMESTAMP,
  duration: DURATION,
  type: { kind: 'type', of: DYN },
  Quantity: opaque('kubernetes.Quantity'),
  URL: opaque('kubernetes.URL'),
  IP: opaque('net.IP'),
  CIDR: opaque('net.CIDR'),
  Semver: opaque('kubernetes.Semver'),
  Format: opaque('kubernetes.NamedFormat'),
  Authorizer: opaque('kubernetes.authorization.Authorizer'),
  PathCheck: opaque('kubernetes.authorization.PathCheck'),
  GroupCheck: opaque('kubernetes.authorization.GroupCheck'),
  ResourceCheck: opaque('kubernetes.authorization.ResourceCheck'),
  Decision: opaque('kubernetes.authorization.Decision'),
};

/** A library's own type, by its short name in signatures. */
export function opaqueNamed(name: string): Type & { kind: 'opaque' } {
  const type = NAMED[name];
  if (type?.kind !== 'opaque') throw new Error(`no type ${name}`);
  return type;
}

/** A type by its short name in signatures: `list<A>`, `optional<string>`, `Quantity`. One capital letter is a parameter. */
export function typeNamed(text: string): Type {
  const name = text.trim();
  const generic = /^(list|map|optional|type)<(.*)>$/.exec(name);
  if (generic) {
    const [, of = '', inner = ''] = generic;
    if (of === 'list') return listOf(typeNamed(inner));
    if (of === 'optional') return optionalOf(typeNamed(inner));
    if (of === 'type') return { kind: 'type', of: typeNamed(inner) };
    const [key = '', value = ''] = splitTypes(inner);
    return mapOf(typeNamed(key), typeNamed(value));
  }
  if (/^[A-Z]$/.test(name)) return { kind: 'parameter', name };
  const type = NAMED[name];
  if (!type) throw new Error(`no type ${name}`);
  return type;
}

/** Splits at the commas that are not within angle brackets. */
function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '<') depth++;
    else if (text[at] === '>') depth--;
    else if (at === text.length || (text[at] === ',' && depth === 0)) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return parts.filter((part) => part.trim() !== '');
}

const ONE = (): number => 1;

/**
 * `overload('string.contains(string): bool', (text, part) => …)`; without a type before the dot it is an ordinary function, and `sets::contains` is
 * called `sets.contains`.
 */
export function overload<A extends never[]>(signature: string, apply: (...args: A) => Value, cost: Overload['cost'] = ONE): Overload {
  const match = /^(?:(.+?)\.)?([\w@!?:[\]+\-*/%<>=.]+)\((.*)\): (.+)$/.exec(signature);
  if (!match) throw new Error(`no signature: ${signature}`);
  const [, target, name = '', parameters = '', result = ''] = match;
  const types = splitTypes(parameters).map(typeNamed);
  return {
    name: name.replace('::', '.'),
    member: target !== undefined,
    parameters: target === undefined ? types : [typeNamed(target), ...types],
    result: typeNamed(result),
    cost,
    apply: apply as Overload['apply'],
  };
}
