import type * as z from 'zod';

/** A file that a person wrote is not what it should be; the message names the file and the field. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** The documents of a YAML text (JSON is YAML). Throws `FileError` with the line. `file` is for messages. */
export async function yamlDocuments(text: string, file: string): Promise<unknown[]> {
  const json = jsonObject(text);
  if (json !== undefined) return [json];
  // Loaded only when a person wrote a file: `up` writes JSON, and the parser would be a part of every start.
  const { parseDocuments } = await import('./parse-documents.ts');
  return parseDocuments(text, file);
}

function jsonObject(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Checks a value that was read from a file, at `at` there. Throws `FileError`: `FILE: nodes[1].cpu: must be …`. */
export function checked<S extends z.ZodType>(schema: S, value: unknown, file: string, at = ''): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new FileError(result.error.issues.map((issue) => `${file}: ${placed(issue, at)}`).join('\n'));
}

/** `nodes[1].labels.disk: message`; of a union, what the branch that came furthest says. */
function placed(issue: z.core.$ZodIssue, at: string): string {
  const path = pathText(issue.path, at);
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors.flat().filter(({ code, path: inner }) => inner.length > 0 || code === 'custom')[0];
    if (deepest) return placed(deepest, path);
  }
  if (issue.code === 'unrecognized_keys') return `${issue.keys.map((key) => pathText([key], path)).join(', ')}: unknown field`;
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

function pathText(path: readonly PropertyKey[], at: string): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = String(key);
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, at);
}
