import { RE2JS } from 're2js';
import { EvaluationError } from '../values/errors.ts';

const MAX_KEPT = 512;
const kept = new Map<string, RE2JS>();

/** A regular expression in RE2's syntax, which takes time in proportion to the text. Throws an EvaluationError. The last ones are kept. */
export function compiledPattern(pattern: string): RE2JS {
  const known = kept.get(pattern);
  if (known) return known;
  try {
    const compiled = RE2JS.compile(pattern);
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(pattern, compiled);
    return compiled;
  } catch (error) {
    throw new EvaluationError(error instanceof Error ? error.message : String(error));
  }
}
