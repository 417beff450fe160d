import { isJsonObject } from '../json.ts';

/**
 * Path elements of `FieldsV1`: `f:<field>`, `k:<keys of a list's element, as JSON>`, `v:<an element's value, as JSON>`,
 * `i:<index>`; their order is that of these kinds, then by value.
 */
const ORDER = '.fkvi';

/** Whether the text has the form of a path element. */
export function isPathElement(text: string): boolean {
  return text.charCodeAt(1) === 0x3a /* : */ && text.charCodeAt(0) !== 0x2e && ORDER.includes(text.charAt(0));
}

/** Kubernetes' order of path elements, for `sort`. */
export function compareElements(a: string, b: string): number {
  if (a === b) return 0;
  const kind = a.charCodeAt(0);
  if (kind !== b.charCodeAt(0)) return ORDER.indexOf(a.charAt(0)) - ORDER.indexOf(b.charAt(0));
  const asText = a < b ? -1 : 1;
  if (kind === 0x66 /* f */ || !differInNumber(a, b)) return asText;
  return compareValues(parsed(a), parsed(b)) || asText;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Whether the first difference may be in a number, where the order of texts would be wrong (80 comes before 443). */
function differInNumber(a: string, b: string): boolean {
  let at = 2;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (!isDigit(a.charCodeAt(at)) && !isDigit(b.charCodeAt(at))) return false;
  while (at > 2 && isDigit(a.charCodeAt(at - 1))) at--;
  return a.charCodeAt(at - 1) === 0x3a; /* : */
}

function parsed(element: string): unknown {
  try {
    return JSON.parse(element.slice(2));
  } catch {
    return undefined;
  }
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (isJsonObject(a) && isJsonObject(b)) return compareKeys(a, b);
  return 0;
}

/** By the first key field that differs. */
function compareKeys(a: Record<string, unknown>, b: Record<string, unknown>): number {
  for (const key of Object.keys(a)) {
    const order = compareValues(a[key], b[key]);
    if (order !== 0) return order;
  }
  return 0;
}
