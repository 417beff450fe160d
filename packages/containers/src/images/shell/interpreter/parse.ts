import { parse, type ScriptNode } from 'just-bash';

/** A script that is none; the message says where. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
}

// Loops that start the same small script again and again (a probe, `sh -c`) parse it once.
const cache = new Map<string, ScriptNode>();
const CACHED_MAX = 100;
const CACHED_CHARS_MAX = 16 * 1024;

/** Parses a script. Its tree is shared: nobody may change it. Throws `ParseError`. */
export function parseScript(text: string): ScriptNode {
  const known = cache.get(text);
  if (known) return known;
  const script = parsed(text);
  if (text.length <= CACHED_CHARS_MAX) {
    const [oldest] = cache.keys();
    if (cache.size >= CACHED_MAX && oldest !== undefined) cache.delete(oldest);
    cache.set(text, script);
  }
  return script;
}

function parsed(text: string): ScriptNode {
  try {
    return parse(text);
  } catch (error) {
    throw new ParseError(
      (error instanceof Error ? error.message : String(error)).replace(/^Parse error at \d+:\d+: (?:syntax error )?/, ''),
    );
  }
}
