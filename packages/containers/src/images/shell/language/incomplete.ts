import type { ScriptNode } from 'just-bash';

/** A text that a shell has read so far: whole commands, the beginning of one, or none at all. */
export type Reading = { kind: 'whole'; script: ScriptNode } | { kind: 'more' } | { kind: 'wrong'; message: string };

/** Reads what has been typed; `more` asks for another line (the prompt `> `). */
export function readCommands(text: string, parse: (text: string) => ScriptNode): Reading {
  if (endsOpen(text)) return { kind: 'more' };
  try {
    const script = parse(text);
    return hasOpenDocument(script) ? { kind: 'more' } : { kind: 'whole', script };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return isAtEnd(message, text) ? { kind: 'more' } : { kind: 'wrong', message };
  }
}

/** A backslash, or an operator that wants something behind it. */
function endsOpen(text: string): boolean {
  const last = text.replace(/\n$/, '').split('\n').at(-1) ?? '';
  if (/^\s*#/.test(last)) return false;
  if (/(^|[^\\])(\\\\)*\\$/.test(last) && (last.match(/'/g)?.length ?? 0) % 2 === 0) return true;
  return /(\|\||&&|\|)\s*$/.test(last) && !/#/.test(last);
}

function hasOpenDocument(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasOpenDocument);
  if (typeof value !== 'object' || value === null) return false;
  if ('type' in value && value.type === 'HereDoc' && 'terminated' in value && value.terminated === false) return true;
  return Object.values(value).some(hasOpenDocument);
}

/** Whether the parser stumbled over the end of the text: over nothing else would another line help. */
function isAtEnd(message: string, text: string): boolean {
  if (/EOF/.test(message)) return true;
  const at = /at (\d+):(\d+):/.exec(message);
  if (!at) return false;
  const lines = text.split('\n');
  const line = Number(at[1]);
  return line > lines.length || (line === lines.length && Number(at[2]) > (lines.at(-1)?.length ?? 0));
}
