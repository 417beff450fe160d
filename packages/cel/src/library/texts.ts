import { EvaluationError } from '../values/errors.ts';
import { ArrayList, type ListValue, type MapValue } from '../values/values.ts';
import { pattern, sizeOf, traversal, walk, walkTwice } from './cost.ts';
import { compiledPattern } from './pattern.ts';
import { type Overload, overload } from './signature.ts';

const part: Overload['cost'] = (_, second) => Math.max(1, traversal(second));
const within: Overload['cost'] = (text, sought) => Math.max(1, traversal(text)) * Math.max(1, traversal(sought));

/** How many code points there are. */
const lengthOf = (text: string): bigint => BigInt(isPlain(text) ? text.length : Array.from(text).length);

/** A text in which every code point is one UTF-16 unit. */
const isPlain = (text: string): boolean => !/[\ud800-\udfff]/.test(text);

const points = (text: string): string[] => (isPlain(text) ? text.split('') : Array.from(text));

/** The text itself where it has what its code points have: a length, an element at an index, and slices. */
const characters = (text: string): string | string[] => (isPlain(text) ? text : Array.from(text));
const joined = (chars: string | string[]): string => (typeof chars === 'string' ? chars : chars.join(''));

function outOfRange(index: bigint): EvaluationError {
  return new EvaluationError(`index out of range: ${index}`);
}

function charAt(text: string, index: bigint): string {
  const chars = characters(text);
  if (index < 0n || index > BigInt(chars.length)) throw outOfRange(index);
  return chars[Number(index)] ?? '';
}

function substring(text: string, from: bigint, to?: bigint): string {
  const chars = characters(text);
  const end = to ?? BigInt(chars.length);
  if (from < 0n || from > BigInt(chars.length)) throw outOfRange(from);
  if (end < 0n || end > BigInt(chars.length)) throw outOfRange(end);
  if (from > end) throw new EvaluationError(`invalid substring range. start: ${from}, end: ${end}`);
  return joined(chars.slice(Number(from), Number(end)));
}

/** Indexes count code points. */
function indexOf(text: string, sought: string, from = 0n): bigint {
  const chars = characters(text);
  if (from < 0n || (sought !== '' && from > BigInt(chars.length))) throw outOfRange(from);
  if (sought === '') return from;
  const unit = text.indexOf(sought, joined(chars.slice(0, Number(from))).length);
  return unit < 0 ? -1n : lengthOf(text.slice(0, unit));
}

function lastIndexOf(text: string, sought: string, from?: bigint): bigint {
  const chars = characters(text);
  const last = from ?? BigInt(chars.length);
  if (last < 0n || last > BigInt(chars.length)) throw outOfRange(last);
  if (sought === '') return last;
  const unit = text.lastIndexOf(sought, joined(chars.slice(0, Number(last))).length);
  return unit < 0 ? -1n : lengthOf(text.slice(0, unit));
}

/** As Go's strings.Replace: an empty text stands between all characters, and a negative limit means all. */
function replace(text: string, sought: string, by: string, limit = -1n): string {
  const pieces = sought === '' ? ['', ...points(text), ''] : text.split(sought);
  const replaced = limit < 0n ? pieces.length - 1 : Math.min(pieces.length - 1, Number(limit));
  if (sought !== '')
    return (
      pieces.slice(0, replaced + 1).join(by) +
      pieces
        .slice(replaced + 1)
        .map((piece) => sought + piece)
        .join('')
    );
  return (
    pieces
      .slice(1, replaced + 1)
      .map((piece) => by + piece)
      .join('') + pieces.slice(replaced + 1).join('')
  );
}

/** The longest text that a replacement may give: it is paid for before it is made. */
const replaced: Overload['cost'] = (text, sought, by) =>
  traversal(text, 2) + traversal(by) * Math.ceil((sizeOf(text) + 1) / Math.max(1, sizeOf(sought)));

/** As Go's strings.SplitN. */
function split(text: string, separator: string, limit = -1n): ArrayList {
  if (limit === 0n) return new ArrayList([]);
  const pieces = separator === '' ? points(text) : text.split(separator);
  if (limit < 0n || pieces.length <= Number(limit)) return new ArrayList(pieces);
  const kept = Number(limit) - 1;
  return new ArrayList([...pieces.slice(0, kept), pieces.slice(kept).join(separator)]);
}

function join(list: ListValue, separator = ''): string {
  return Array.from(list, (element) => {
    if (typeof element !== 'string') throw new EvaluationError('no such overload');
    return element;
  }).join(separator);
}

const joinedLength: Overload['cost'] = (list, separator) => {
  let length = 0;
  for (const element of list as ListValue) length += sizeOf(element) + (separator === undefined ? 0 : sizeOf(separator));
  return Math.ceil(length * 0.2);
};

const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const upperAscii = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
const matches = (text: string, regex: string): boolean => compiledPattern(regex).test(text);

const sizes = ['string', 'bytes', 'list<A>', 'map<A, B>'].flatMap((type) => {
  const size = (value: string | Uint8Array | ListValue | MapValue): bigint =>
    typeof value === 'string' ? lengthOf(value) : BigInt(value instanceof Uint8Array ? value.length : value.size);
  return [overload(`size(${type}): int`, size), overload(`${type}.size(): int`, size)];
});

/** Texts: CEL's own functions, and cel-go's extension "Strings" in its version 2. */
export const texts: readonly Overload[] = [
  ...sizes,
  overload('string.contains(string): bool', (text: string, sought: string) => text.includes(sought), within),
  overload('string.startsWith(string): bool', (text: string, start: string) => text.startsWith(start), part),
  overload('string.endsWith(string): bool', (text: string, end: string) => text.endsWith(end), part),
  overload('string.matches(string): bool', matches, pattern),
  overload('matches(string, string): bool', matches, pattern),
  overload('string.charAt(int): string', charAt, walk),
  overload('string.indexOf(string): int', indexOf, walk),
  overload('string.indexOf(string, int): int', indexOf, walk),
  overload('string.lastIndexOf(string): int', lastIndexOf, walk),
  overload('string.lastIndexOf(string, int): int', lastIndexOf, walk),
  overload('string.lowerAscii(): string', lowerAscii, walk),
  overload('string.upperAscii(): string', upperAscii, walk),
  overload('string.replace(string, string): string', replace, replaced),
  overload('string.replace(string, string, int): string', replace, replaced),
  overload('string.split(string): list<string>', split, walkTwice),
  overload('string.split(string, int): list<string>', split, walkTwice),
  overload('string.substring(int): string', substring, walk),
  overload('string.substring(int, int): string', substring, walk),
  overload('string.trim(): string', (text: string) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, ''), walk),
  overload('list<string>.join(): string', join, joinedLength),
  overload('list<string>.join(string): string', join, joinedLength),
  overload('strings::quote(string): string', (text: string) => quote(text), walk),
];

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** The text as a literal of CEL. */
function quote(text: string): string {
  return `"${text.replace(/[\x07\b\f\n\r\t\v\\"]/g, (char) => ESCAPES[char] ?? char)}"`;
}
