// Turns the words of a command into texts. Source: POSIX, Word Expansions.
import type { WordNode } from 'just-bash';
import type { Part, WordPart } from '../language/ast.ts';
import { type Piece, splitFields, wantsPaths } from '../language/fields.ts';
import { escapePattern } from '../language/pattern.ts';
import { arithmetic } from './arithmetic-names.ts';
import { withoutBraces } from './braces.ts';
import { findPaths } from './find-paths.ts';
import { type Expanded, expandParameter } from './parameters.ts';
import type { Shell } from './shell.ts';
import { captured, substituted } from './substitution.ts';

/** Every word, with all expansions: one may become none or several. */
export async function expandWords(shell: Shell, words: readonly WordNode[]): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    const plain = literalOf(word);
    if (plain !== undefined) {
      out.push(plain);
      continue;
    }
    for (const parts of withoutBraces(word.parts)) {
      const pieces = await piecesOf(shell, parts);
      for (const field of splitFields(pieces, shell.variables.get('IFS'))) {
        const paths = wantsPaths(field) && !shell.options.has('f') ? await findPaths(shell, field.pattern) : [];
        if (paths.length > 0) out.push(...paths);
        else if (!(shell.options.has('nullglob') && wantsPaths(field))) out.push(field.text);
      }
    }
  }
  return out;
}

/** One word as one text: no splitting and no paths. For assignments, redirections, `case`. */
export async function expandText(shell: Shell, word: WordNode): Promise<string> {
  const plain = literalOf(word);
  if (plain !== undefined) return plain;
  let text = '';
  for (const piece of await piecesOf(shell, word.parts)) text += 'next' in piece ? ' ' : piece.text;
  return text;
}

/** One word as a pattern, in which what is quoted means itself. */
export async function expandPattern(shell: Shell, word: WordNode): Promise<string> {
  let pattern = '';
  for (const piece of await piecesOf(shell, word.parts)) {
    if ('next' in piece) pattern += ' ';
    else pattern += piece.quoted ? escapePattern(piece.text) : piece.text;
  }
  return pattern;
}

/** The text of a word in which nothing is to be expanded. Most words are such. */
function literalOf({ parts }: WordNode): string | undefined {
  const [only] = parts;
  if (parts.length !== 1 || !only) return undefined;
  if (only.type === 'SingleQuoted') return only.value;
  return only.type === 'Literal' && !/[*?[\\~]/.test(only.value) ? only.value : undefined;
}

async function piecesOf(shell: Shell, parts: readonly WordPart[]): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const part of parts) pieces.push(...(await pieces1(shell, part)));
  return pieces;
}

async function pieces1(shell: Shell, part: WordPart): Promise<Piece[]> {
  switch (part.type) {
    case 'Literal':
      return [{ text: part.value, quoted: false, split: false }];
    case 'Glob':
      return [{ text: part.pattern, quoted: false, split: false }];
    case 'SingleQuoted':
    case 'Escaped':
      return [{ text: part.value, quoted: true, split: false }];
    case 'TildeExpansion':
      return [{ text: homeOf(shell, part.user), quoted: true, split: false }];
    case 'DoubleQuoted':
      return quotedPieces(shell, part);
    case 'ParameterExpansion':
      return unquoted(shell, await expandParameter(shell, part));
    case 'CommandSubstitution':
      return [{ text: await captured(shell, part.body), quoted: false, split: true }];
    case 'ArithmeticExpansion':
      return [{ text: String(await arithmetic(shell, part.expression)), quoted: false, split: true }];
    case 'ProcessSubstitution':
      return [{ text: substituted(shell, part), quoted: true, split: false }];
    case 'BraceExpansion':
      // Where words are not split braces mean themselves; `withoutBraces` has taken them out everywhere else.
      return [{ text: await bracesAsText(shell, part), quoted: false, split: false }];
  }
}

async function unquoted(shell: Shell, value: Expanded): Promise<Piece[]> {
  if (value.kind === 'word')
    return (await piecesOf(shell, value.word)).map((piece) => ('text' in piece && !piece.quoted ? { ...piece, split: true } : piece));
  if (value.kind === 'one') return [{ text: value.value ?? '', quoted: false, split: true }];
  return value.values.flatMap((text, i): Piece[] => [...(i > 0 ? [{ next: true } as const] : []), { text, quoted: false, split: true }]);
}

/** Within double quotes: nothing is split, except that `"$@"` and `"${array[@]}"` are as many words as they have. */
async function quotedPieces(shell: Shell, { parts }: Part<'DoubleQuoted'>): Promise<Piece[]> {
  if (parts.length === 0) return [{ text: '', quoted: true, split: false }];
  const pieces: Piece[] = [];
  let hasWords = false;
  for (const part of parts) {
    if (part.type !== 'ParameterExpansion') {
      for (const piece of await pieces1(shell, part)) if ('text' in piece) pieces.push({ text: piece.text, quoted: true, split: false });
      continue;
    }
    const value = await expandParameter(shell, part);
    if (value.kind === 'word') pieces.push(...(await quotedPieces(shell, { type: 'DoubleQuoted', parts: value.word })));
    else if (value.kind === 'one') pieces.push({ text: value.value ?? '', quoted: true, split: false });
    else if (value.star) pieces.push({ text: value.values.join(separatorOf(shell)), quoted: true, split: false });
    else {
      hasWords ||= value.values.length === 0;
      pieces.push(
        ...value.values.flatMap((text, i): Piece[] => [...(i > 0 ? [{ next: true } as const] : []), { text, quoted: true, split: false }]),
      );
    }
  }
  // `"$@"` without arguments is no word at all; anything beside it makes it one.
  return hasWords && pieces.every((piece) => 'text' in piece && piece.text === '') ? [] : pieces;
}

async function bracesAsText(shell: Shell, { items }: Part<'BraceExpansion'>): Promise<string> {
  const texts: string[] = [];
  for (const item of items) texts.push(item.type === 'Word' ? await expandText(shell, item.word) : `${item.start}..${item.end}`);
  return `{${texts.join(',')}}`;
}

function separatorOf(shell: Shell): string {
  const ifs = shell.variables.get('IFS');
  return ifs === undefined ? ' ' : (ifs[0] ?? '');
}

function homeOf(shell: Shell, user: string | null): string {
  if (user === null || user === '') return shell.variables.get('HOME') ?? '/root';
  if (user === '+') return shell.process.cwd;
  return user === 'root' ? '/root' : `~${user}`;
}
