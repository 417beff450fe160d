/** A JSON value as Go's `%v` prints it: what some of Kubernetes' messages show. */
export function goPrint(value: unknown): string {
  return print(value, 0);
}

/** What nests deeper is not printed: the text is for people, and the stack is finite. */
const MAX_PRINTED_DEPTH = 20;

function print(value: unknown, depth: number): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'object') return String(value);
  if (depth > MAX_PRINTED_DEPTH) return '…';
  if (Array.isArray(value)) return `[${value.map((element) => print(element, depth + 1)).join(' ')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${fields.map(([key, part]) => `${key}:${print(part, depth + 1)}`).join(' ')}]`;
}

/** The Go type that a JSON value decodes to. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
