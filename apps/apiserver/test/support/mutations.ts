import fc from 'fast-check';

/** Values that have no business where they are put. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  { depthSize: 'small' },
  fc.constantFrom(null, '', 0, -1, 1.5, 1e300, true, [], {}, [null], [[]], { '': '' }, '\u0000', '__proto__', 'x'.repeat(300)),
  fc.json().map((text): unknown => JSON.parse(text)),
  fc.constant(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')),
);

type Json = Record<string, unknown>;

/** The object with one of its parts replaced, removed, doubled or renamed. */
export function mutated(object: object): fc.Arbitrary<Json> {
  return fc.tuple(fc.nat(200), odd, fc.constantFrom('replace', 'remove', 'add', 'twice')).map(([at, value, how]) => {
    const copy = structuredClone(object) as Json;
    const places: { parent: Json | unknown[]; key: string | number }[] = [];
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const parent = node as Json;
      for (const key of Object.keys(parent)) {
        places.push({ parent, key });
        visit(parent[key]);
      }
    };
    visit(copy);
    const place = places[at % places.length];
    if (!place) return copy;
    const { parent, key } = place;
    if (how === 'remove') Reflect.deleteProperty(parent, key);
    else if (how === 'add') Reflect.defineProperty(parent, nameOf(value), { value, enumerable: true, configurable: true, writable: true });
    else if (how === 'twice' && Array.isArray(parent)) parent.push(structuredClone(parent[0]), value);
    else Reflect.set(parent, key, value);
    return copy;
  });
}

/** Of a field that is added: an object may have a `toString` that is none. */
const nameOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
