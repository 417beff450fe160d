import type { Buffer } from 'node:buffer';

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Where a field of an object stands in its JSON. */
export interface Place {
  /** Its name's first quote. */
  keyStart: number;
  valueStart: number;
}

/**
 * Where a field of an object stands in its JSON, found without parsing the rest: what a server that starts asks of a hundred thousand objects. `path`
 * leads through objects, not lists. Undefined where there is no such field. The JSON must be valid, and without white space between its tokens: as `serialise` makes it.
 */
export function placeOf(json: Buffer, path: readonly string[]): Place | undefined {
  const keys = path.map((field) => JSON.stringify(field));
  // Mostly the field is not there: then nothing need be looked at one by one.
  if (!json.includes(`${keys.at(-1)}:`)) return undefined;
  let depth = 0;
  /** How many steps of the path have been taken; the object that they lead to is at this depth + 1. */
  let taken = 0;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === QUOTE) {
      const start = i;
      const end = endOfText(json, start);
      i = end - 1;
      if (depth !== taken + 1 || json[end] !== COLON || !isText(json, start, end, keys[taken] ?? '')) continue;
      taken++;
      if (taken === keys.length) return { keyStart: start, valueStart: end + 1 };
      if (json[end + 1] !== OPEN_BRACE) return undefined;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth <= taken) return undefined;
    }
  }
  return undefined;
}

/** The text that a field has; undefined where there is no such field, or it is no text. */
export function textAt(json: Buffer, path: readonly string[]): string | undefined {
  const start = placeOf(json, path)?.valueStart;
  return start !== undefined && json[start] === QUOTE ? textBetween(json, start, endOfText(json, start)) : undefined;
}

/** Where the list that begins here is over: behind its bracket. */
export function endOfList(json: Buffer, start: number): number {
  let depth = 0;
  let i = start;
  do {
    const byte = json[i];
    if (byte === QUOTE) i = endOfText(json, i) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    i++;
  } while (depth > 0);
  return i;
}

/** Where the text that begins at a quote is over: behind its other quote. */
function endOfText(json: Buffer, start: number): number {
  let i = start + 1;
  while (i < json.length && json[i] !== QUOTE) i += json[i] === BACKSLASH ? 2 : 1;
  return i + 1;
}

const isText = (json: Buffer, start: number, end: number, text: string): boolean =>
  end - start === text.length && json.toString('latin1', start, end) === text;

const textBetween = (json: Buffer, start: number, end: number): string => JSON.parse(json.toString('utf8', start, end)) as string;
