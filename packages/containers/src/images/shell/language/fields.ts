import { escapePattern, isPattern } from './pattern.ts';

/** One word that grows while it is expanded: its text, and the same as a pattern in which quoted parts mean themselves. */
export interface Field {
  text: string;
  pattern: string;
  /** It is a word even when it is empty: something in it was quoted. */
  quoted: boolean;
}

/** A piece of a word behind expansion. `split` says that its blanks end words; `next` begins another word whatever stands around it. */
export type Piece = { text: string; quoted: boolean; split: boolean } | { next: true };

/** Field splitting. @param ifs the value of IFS; its default when unset. Source: POSIX, Field Splitting */
export function splitFields(pieces: readonly Piece[], ifs = ' \t\n'): Field[] {
  const fields: Field[] = [];
  let field: Field | undefined;
  const current = (): Field => (field ??= { text: '', pattern: '', quoted: false });
  const close = (): void => {
    if (field && (field.text !== '' || field.quoted)) fields.push(field);
    field = undefined;
  };
  for (const piece of pieces) {
    if ('next' in piece) close();
    else if (piece.quoted) {
      const into = current();
      into.text += piece.text;
      into.pattern += escapePattern(piece.text);
      into.quoted = true;
    } else if (!piece.split || ifs === '') add(current(), piece.text);
    else splitInto(piece.text, ifs, current, close, fields);
  }
  close();
  return fields;
}

/** What an unquoted part of the word adds to it. */
function add(field: Field, text: string): void {
  field.text += text;
  field.pattern += text.replace(/\\/g, '\\\\');
}

function splitInto(text: string, ifs: string, current: () => Field, close: () => void, fields: Field[]): void {
  const blank = (char: string): boolean => ifs.includes(char) && /[ \t\n]/.test(char);
  let i = 0;
  while (i < text.length) {
    const char = text[i] ?? '';
    if (!ifs.includes(char)) {
      let end = i;
      while (end < text.length && !ifs.includes(text[end] ?? '')) end += 1;
      add(current(), text.slice(i, end));
      i = end;
      continue;
    }
    // One separator: blanks, with at most one other character of IFS among them.
    while (i < text.length && blank(text[i] ?? '')) i += 1;
    const hard = i < text.length && ifs.includes(text[i] ?? '');
    if (hard) {
      i += 1;
      const before = fields.length;
      close();
      // An empty field stands between two of them.
      if (fields.length === before) fields.push({ text: '', pattern: '', quoted: true });
      while (i < text.length && blank(text[i] ?? '')) i += 1;
    } else close();
  }
}

/** Whether a field asks for paths. */
export function wantsPaths(field: Field): boolean {
  return isPattern(field.pattern);
}
