// Kubernetes' alphabet for generated names: without vowels and look-alikes no word appears by accident.
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A JSON value as text that does not depend on the order of keys, nor on nulls. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== null && field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}

/** A 32-bit FNV-1a hash of the text, spelled in Kubernetes' safe alphabet. */
export function safeHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return Array.from(String(hash >>> 0), (digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('');
}

const known = new WeakMap<object, string>();

/** `canonical` of a shared, frozen object: read once, however often it is asked for. */
export function canonicalOf(object: object): string {
  let text = known.get(object);
  if (text === undefined) {
    text = canonical(object);
    known.set(object, text);
  }
  return text;
}
