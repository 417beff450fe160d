import { createHash } from 'node:crypto';

/** File systems take 255 bytes. */
const LENGTH_MAX = 200;
const KEPT = 120;

/**
 * Any text as the name of a folder: never empty, hidden or special, no two alike, at most 200 characters. Names that are plain stay as they are; what
 * is too long ends in the sum of all of it.
 */
export function folderName(text: string): string {
  if (text === '') return '%';
  const escaped = text.replace(/[^A-Za-z0-9_.-]/gu, bytesOf).replace(/^\./, percent('.'.charCodeAt(0)));
  return escaped.length <= LENGTH_MAX ? escaped : `${escaped.slice(0, KEPT)}%${sha256(text)}`;
}

/** Hexadecimal. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The names on a path, without what does not count; `..` stops at its top. */
export function namesOn(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

/** Half a character, which JSON can spell and UTF-8 cannot, keeps its number. */
const bytesOf = (char: string): string =>
  char.isWellFormed() ? [...Buffer.from(char)].map(percent).join('') : `%u${char.charCodeAt(0).toString(16)}`;

const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
