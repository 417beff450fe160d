import type { FieldPath } from '@kubernats/apimachinery';

/**
 * The table's lines. A path as in the manifest, `[*]` for every element of a list; then, where only one value has no effect,
 * `=VALUE`, or where all but one have none, `!=VALUE`.
 */
export type NotHonoured = readonly string[];

/** The lines of a table as a tree of their fields: what several lead through is looked at once. */
interface Branch {
  steps: { part: string; field: string; each: boolean; to: Branch }[];
  /** Of the lines that end here: which values have no effect. */
  concerns: ((value: unknown) => boolean)[];
}

const trees = new WeakMap<NotHonoured, Branch>();

function treeOf(table: NotHonoured): Branch {
  let root = trees.get(table);
  if (!root) {
    root = { steps: [], concerns: [] };
    for (const line of table) grow(root, line);
    trees.set(table, root);
  }
  return root;
}

function grow(root: Branch, line: string): void {
  const [, path = line, operator, wanted] = /^([^!=]*)(!?=)(.*)$/.exec(line) ?? [];
  let branch = root;
  for (const part of path.split('.')) {
    let step = branch.steps.find((each) => each.part === part);
    if (!step) {
      step = { part, field: part.replace('[*]', ''), each: part.endsWith('[*]'), to: { steps: [], concerns: [] } };
      branch.steps.push(step);
    }
    branch = step.to;
  }
  branch.concerns.push(operator === undefined ? asksForSomething : (value) => (String(value) === wanted) === (operator === '='));
}

export const notHonouredWarning = (at: FieldPath): string => `${at}: not honoured by this version of kubernats yet`;

/** R1: a warning for each field of the table that `value` sets. Empty objects and lists, `false` and '' ask for nothing. */
export function notHonoured(value: object, table: NotHonoured, root: FieldPath): string[] {
  const warnings: string[] = [];
  walk(value, treeOf(table), root, warnings);
  return warnings;
}

function walk(value: unknown, { steps, concerns }: Branch, path: FieldPath, warnings: string[]): void {
  for (const each of concerns) if (each(value)) warnings.push(notHonouredWarning(path));
  if (typeof value !== 'object' || value === null) return;
  for (const { field, each, to } of steps) {
    const child = (value as Record<string, unknown>)[field];
    if (child === undefined) continue;
    const here = path.child(field);
    if (!each) walk(child, to, here, warnings);
    else if (Array.isArray(child)) child.forEach((item, i) => walk(item, to, here.index(i), warnings));
  }
}

/** Whether a field of this value asks for anything: empty objects and lists, `false` and '' do not. */
export function asksForSomething(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== '';
}
