// Plain patterns, matched in time that grows with pattern times text and no faster, whatever somebody writes.
import { compile, patternSource } from './pattern.ts';

type Token = { kind: 'many' } | { kind: 'one'; is: (char: string) => boolean };

/** A pattern without bash's extended forms, in steps. */
export function globTokens(pattern: string): Token[] {
  const tokens: Token[] = [];
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    if (char === '*') {
      if (tokens.at(-1)?.kind !== 'many') tokens.push({ kind: 'many' });
    } else if (char === '?') tokens.push({ kind: 'one', is: () => true });
    else if (char === '[') {
      const set = /^\[[!^]?\]?(?:\[:\w+:\]|\\[\s\S]|[^\]])*\]/.exec(chars.slice(i).join(''))?.[0];
      if (set === undefined) tokens.push({ kind: 'one', is: (one) => one === '[' });
      else {
        const expression = compile(`^(?:${patternSource(set)})$`, 'u');
        tokens.push({ kind: 'one', is: (one) => expression.test(one) });
        i += [...set].length - 1;
      }
    } else {
      const literal = char === '\\' && i + 1 < chars.length ? (chars[++i] ?? '') : char;
      tokens.push({ kind: 'one', is: (one) => one === literal });
    }
  }
  return tokens;
}

/** Whether steps take a whole text: a failure goes back to the last `*` only. */
export function globMatches(tokens: readonly Token[], text: string): boolean {
  const chars = [...text];
  let [at, token] = [0, 0];
  let back: { at: number; token: number } | undefined;
  while (at < chars.length) {
    const step = tokens[token];
    if (step?.kind === 'many') {
      back = { at, token: token + 1 };
      token += 1;
    } else if (step?.is(chars[at] ?? '')) {
      at += 1;
      token += 1;
    } else if (back) {
      back.at += 1;
      ({ at, token } = back);
    } else return false;
  }
  while (tokens[token]?.kind === 'many') token += 1;
  return token === tokens.length;
}
