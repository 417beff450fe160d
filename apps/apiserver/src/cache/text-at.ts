import type { Buffer } from 'node:buffer';

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * The text that a field of an object has, read from its JSON without parsing the rest: what a server that starts asks of a hundred thousand objects. `path`
 * leads through objects, not lists. Undefined where there is no such field, or it is no text. The JSON must be valid, and without white space between
 * its tokens: as `serialise` makes it.
 */
export function textAt(json: Buffer, path: readonly string[]): string | undefined {
  const keys = path.map((field) => JSON.stringify(field));
  let depth = 0;
  /** How many steps of the path have been taken; the object that they lead to is at this depth + 1. */
  let taken = 0;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === QUOTE) {
      const end = endOfText(json, i);
      const isNext = depth === taken + 1 && json[end] === COLON && isText(json, i, end, keys[taken] ?? '');
      i = end - 1;
      if (!isNext) continue;
      taken++;
      const value = json[end + 1];
      if (taken === keys.length) return value === QUOTE ? textBetween(json, end + 1, endOfText(json, end + 1)) : undefined;
      if (value !== OPEN_BRACE) return undefined;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth <= taken) return undefined;
    }
  }
  return undefined;
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
