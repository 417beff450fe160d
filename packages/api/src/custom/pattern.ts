import { RE2JS } from 're2js';

/** A regular expression of a schema, in the syntax of Go. It is matched in time linear in the text, whatever the expression. */
export interface Pattern {
  /** As it was written. */
  readonly source: string;
  /** Why it is none; undefined: it is one. */
  readonly problem: string | undefined;
  /** Whether it is found anywhere in the text. */
  isIn(text: string): boolean;
}

/** Compiled when it is first asked for: a definition may bring hundreds, and most are never used. */
export function patternOf(source: string): Pattern {
  let compiled: { expression: RE2JS | undefined; problem: string | undefined } | undefined;
  const compile = () => (compiled ??= compiledOf(source));
  return {
    source,
    get problem() {
      return compile().problem;
    },
    isIn: (text) => compile().expression?.matcher(text).find() ?? false,
  };
}

function compiledOf(source: string) {
  try {
    return { expression: RE2JS.compile(source), problem: undefined };
  } catch (error) {
    return { expression: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}
