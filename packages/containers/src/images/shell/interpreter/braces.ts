import type { Part, WordPart } from '../language/ast.ts';

const RANGE_MAX = 100_000;

/** `a{b,c}d` → `abd`, `acd`; `{1..3}` → 1, 2, 3. Source: bash, Brace Expansion. */
export function withoutBraces(parts: readonly WordPart[]): (readonly WordPart[])[] {
  const at = parts.findIndex((part) => part.type === 'BraceExpansion');
  const brace = parts[at];
  if (brace?.type !== 'BraceExpansion') return [parts];
  const before = parts.slice(0, at);
  const after = withoutBraces(parts.slice(at + 1));
  return choicesOf(brace).flatMap((choice) => after.map((rest) => [...before, ...choice, ...rest]));
}

function choicesOf({ items }: Part<'BraceExpansion'>): (readonly WordPart[])[] {
  return items.flatMap((item) => {
    if (item.type === 'Word') return withoutBraces(item.word.parts);
    return rangeOf(item.startStr ?? String(item.start), item.start, item.end, item.step).map((value) => [
      { type: 'Literal' as const, value },
    ]);
  });
}

function rangeOf(written: string, start: string | number, end: string | number, step = 1): string[] {
  const from = typeof start === 'number' ? start : start.charCodeAt(0);
  const to = typeof end === 'number' ? end : end.charCodeAt(0);
  const by = Math.max(1, Math.abs(step)) * (from <= to ? 1 : -1);
  // `{01..10}` keeps its width.
  const width = /^-?0\d/.test(written) ? written.length : 0;
  const out: string[] = [];
  for (let at = from; by > 0 ? at <= to : at >= to; at += by) {
    if (out.length >= RANGE_MAX) break;
    out.push(typeof start === 'number' ? String(at).padStart(width, '0') : String.fromCharCode(at));
  }
  return out;
}
