import { rfc3339 } from '@kubernats/clock';

const PLAIN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const PLAIN_MICRO = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;
const ANY = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const LAYOUT = '2006-01-02T15:04:05Z07:00';
const LAYOUT_MICRO = '2006-01-02T15:04:05.000000Z07:00';
/** The layout's elements in Go's words, and what each takes from the text. */
const ELEMENTS: readonly [string, RegExp][] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
  ['T', /^T/],
  ['15', /^\d\d/],
  [':', /^:/],
  ['04', /^\d\d/],
  [':', /^:/],
  ['05', /^\d\d(?:[.,]\d+)?/],
  ['Z07:00', /^(?:Z|[+-]\d\d:\d\d)/],
];

/**
 * A timestamp in the form it is kept in: UTC, whole seconds (`micro`: six decimals). Throws an error in the words of Go's
 * `time.Parse` when the text is no RFC 3339 time.
 */
export function normalTime(text: string, micro: boolean): string {
  if ((micro ? PLAIN_MICRO : PLAIN).test(text)) return text;
  const match = ANY.exec(text);
  const ms = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN;
  if (!match || Number.isNaN(ms)) throw new Error(parseError(text, micro ? LAYOUT_MICRO : LAYOUT));
  const seconds = rfc3339(ms);
  return micro ? `${seconds.slice(0, -1)}.${(match[2] ?? '').slice(1, 7).padEnd(6, '0')}Z` : seconds;
}

function parseError(text: string, layout: string): string {
  let rest = text;
  for (const [name, pattern] of ELEMENTS) {
    const taken = pattern.exec(rest)?.[0];
    if (taken === undefined)
      return `parsing time ${JSON.stringify(text)} as "${layout}": cannot parse ${JSON.stringify(rest)} as "${name}"`;
    rest = rest.slice(taken.length);
  }
  if (rest !== '') return `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`;
  const [, month = 0, day = 0, hour = 0, minute = 0] = (text.match(/\d\d(?!\d)/g) ?? []).map(Number);
  const field = month < 1 || month > 12 ? 'month' : day < 1 || day > 31 ? 'day' : hour > 23 ? 'hour' : minute > 59 ? 'minute' : 'second';
  return `parsing time ${JSON.stringify(text)}: ${field} out of range`;
}
