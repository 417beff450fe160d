import type { FieldPath } from '@kubernats/apimachinery';

/**
 * The table's lines. A path as in the manifest, `[*]` for every element of a list; then, where only one value has no effect,
 * `=VALUE`, or where all but one have none, `!=VALUE`.
 */
export type NotHonoured = readonly string[];

interface Step {
  field: string;
  each: boolean;
}

interface Line {
  steps: Step[];
  concerns(value: unknown): boolean;
}

const parsed = new Map<string, Line>();

function parse(text: string): Line {
  let line = parsed.get(text);
  if (!line) {
    const [, path = text, operator, wanted] = /^([^!=]*)(!?=)(.*)$/.exec(text) ?? [];
    const steps = path.split('.').map((part) => ({ field: part.replace('[*]', ''), each: part.endsWith('[*]') }));
    const concerns = operator === undefined ? asksForSomething : (value: unknown) => (String(value) === wanted) === (operator === '=');
    line = { steps, concerns };
    parsed.set(text, line);
  }
  return line;
}

export const notHonouredWarning = (at: FieldPath): string => `${at}: not honoured by this version of kubernats yet`;

/** R1: a warning for each field of the table that `value` sets. Empty objects and lists, `false` and '' ask for nothing. */
export function notHonoured(value: object, table: NotHonoured, root: FieldPath): string[] {
  const warnings: string[] = [];
  for (const text of table) walk(value, parse(text), 0, root, warnings);
  return warnings;
}

function walk(value: unknown, line: Line, at: number, path: FieldPath, warnings: string[]): void {
  const step = line.steps[at];
  if (!step) {
    if (line.concerns(value)) warnings.push(notHonouredWarning(path));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const child = (value as Record<string, unknown>)[step.field];
  if (child === undefined) return;
  const here = path.child(step.field);
  if (!step.each) walk(child, line, at + 1, here, warnings);
  else if (Array.isArray(child)) child.forEach((item, i) => walk(item, line, at + 1, here.index(i), warnings));
}

/** Whether a field of this value asks for anything: empty objects and lists, `false` and '' do not. */
export function asksForSomething(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== '';
}
