// Patterns of the shell (`*`, `?`, `[…]`, and bash's `@(a|b)` family) as regular expressions. Source: POSIX, Pattern Matching Notation.

import { globMatches, globTokens } from './glob.ts';

/** Makes a text match itself only. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]()|+@!]/g, '\\$&');
}

/** Whether a pattern matches anything but itself. */
export function isPattern(pattern: string): boolean {
  return /(^|[^\\])(\\\\)*[*?[]|[@!+]\(/.test(pattern);
}

/** A pattern that is none, as the text that it stands for. */
export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1');
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

export interface PatternOptions {
  /** As few characters as will do. */
  lazy?: boolean;
}

/** The body of a regular expression for a pattern, without anchors. */
export function patternSource(pattern: string, { lazy = false }: PatternOptions = {}): string {
  const any = '[\\s\\S]';
  const many = lazy ? '*?' : '*';
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '\\' && i + 1 < pattern.length) out += literal(pattern[++i] ?? '');
    else if ('@?*+!'.includes(char) && pattern[i + 1] === '(') {
      const end = closing(pattern, i + 1);
      if (end === undefined) out += literal(char);
      else {
        const choices = alternatives(pattern.slice(i + 2, end)).map((one) => patternSource(one, { lazy }));
        out += extended(char, choices.join('|'), any);
        i = end;
      }
    } else if (char === '*') out += any + many;
    else if (char === '?') out += any;
    else if (char === '[') {
      const bracket = /^\[([!^]?)(\]?(?:\[:\w+:\]|\\[\s\S]|[^\]])*)\]/.exec(pattern.slice(i));
      if (!bracket) out += '\\[';
      else {
        out += bracketSource(bracket[1] !== '', bracket[2] ?? '');
        i += bracket[0].length - 1;
      }
    } else out += literal(char);
  }
  return out;
}

const cache = new Map<string, (text: string) => boolean>();
const CACHED_MAX = 200;

/** Whether a pattern matches a whole text. */
export function matches(pattern: string, text: string): boolean {
  let matcher = cache.get(pattern);
  if (!matcher) {
    if (cache.size >= CACHED_MAX) cache.clear();
    matcher = matcherOf(pattern);
    cache.set(pattern, matcher);
  }
  return matcher(text);
}

function matcherOf(pattern: string): (text: string) => boolean {
  if (/[@!+?*]\(/.test(pattern)) {
    const expression = compile(`^(?:${patternSource(pattern)})$`);
    return (text) => expression.test(text);
  }
  const tokens = globTokens(pattern);
  return (text) => globMatches(tokens, text);
}

/** A pattern that makes no sense matches nothing. */
export function compile(source: string, flags = ''): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    return /(?!)/;
  }
}

function literal(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}

function bracketSource(negated: boolean, body: string): string {
  let inner = body.replace(/\[:(\w+):\]/g, (whole, name: string) => (Object.hasOwn(CLASSES, name) ? `\0${name}\0` : whole));
  inner = inner.replace(/\\([\s\S])/g, '$1').replace(/[\\\]^[]/g, '\\$&');
  inner = inner.replace(/\0(\w+)\0/g, (_, name: string) => CLASSES[name] ?? '');
  if (negated) return `[^${inner}]`;
  return inner === '' ? '(?!)' : `[${inner}]`;
}

function extended(kind: string, choices: string, any: string): string {
  if (kind === '!') return `(?:(?!(?:${choices})$)${any}*)`;
  return `(?:${choices})${kind === '@' ? '' : kind}`;
}

function closing(pattern: string, open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '(') depth += 1;
    else if (pattern[i] === ')' && --depth === 0) return i;
  }
  return undefined;
}

function alternatives(text: string): string[] {
  const out = [''];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === '|' && depth === 0) out.push('');
    else out[out.length - 1] += char === '\\' ? char + (text[++i] ?? '') : char;
  }
  return out;
}
