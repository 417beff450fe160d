import type { FieldPath } from '@kubernats/apimachinery';

type Step = { field: string; each: boolean };

const parsed = new Map<string, Step[]>();

function stepsOf(path: string): Step[] {
  let steps = parsed.get(path);
  if (!steps) {
    steps = path.split('.').map((part) => ({ field: part.replace('[*]', ''), each: part.endsWith('[*]') }));
    parsed.set(path, steps);
  }
  return steps;
}

export const notHonouredWarning = (at: FieldPath): string => `${at}: not honoured by this version of kubernats yet`;

/** A warning for each of `paths` that `value` sets. Empty objects and lists, `false` and '' ask for nothing. */
export function notHonoured(value: object, paths: readonly string[], root: FieldPath): string[] {
  const warnings: string[] = [];
  for (const path of paths) walk(value, stepsOf(path), 0, root, warnings);
  return warnings;
}

function walk(value: unknown, steps: readonly Step[], at: number, path: FieldPath, warnings: string[]): void {
  const step = steps[at];
  if (!step) {
    if (asksForSomething(value)) warnings.push(notHonouredWarning(path));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const child = (value as Record<string, unknown>)[step.field];
  if (child === undefined) return;
  const here = path.child(step.field);
  if (!step.each) walk(child, steps, at + 1, here, warnings);
  else if (Array.isArray(child)) child.forEach((item, i) => walk(item, steps, at + 1, here.index(i), warnings));
}

function asksForSomething(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== '';
}
