import { isJsonObject } from '../json.ts';
import { type Operand, type Operator, parsePath, type Step } from './parse.ts';

/** As much as a path finds at any of its steps: `..` several times finds things again and again. */
const FOUND_MAX = 10_000;

/** What a path finds in a value, in order. Nothing is found where a step does not fit. */
export type JsonPath = (value: unknown) => unknown[];

/** Reads a path of kubectl's JSONPath (without its braces), to be used many times. Throws an Error that says what is wrong with it. */
export function jsonPath(text: string): JsonPath {
  const steps = parsePath(text);
  return (value) => follow(steps, [value]);
}

function follow(steps: readonly Step[], from: unknown[]): unknown[] {
  let found = from;
  for (const step of steps) {
    if (found.length === 0) return found;
    const next: unknown[] = [];
    for (const value of found) {
      for (const each of take(step, value)) if (next.push(each) === FOUND_MAX) break;
      if (next.length === FOUND_MAX) break;
    }
    found = next;
  }
  return found;
}

function take(step: Step, value: unknown): Iterable<unknown> {
  switch (step.type) {
    case 'field':
      return isJsonObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'every':
      return childrenOf(value);
    case 'descendants':
      return descendantsOf(value);
    case 'slice':
      return Array.isArray(value) ? slice(value, step) : [];
    case 'union':
      return step.of.flatMap((path) => follow(path, [value]));
    case 'filter':
      return Array.isArray(value) ? value.filter((element) => passes(step, element)) : [];
  }
}

const childrenOf = (value: unknown): unknown[] => (typeof value === 'object' && value !== null ? Object.values(value) : []);

function* descendantsOf(value: unknown): Iterable<unknown> {
  yield value;
  for (const child of childrenOf(value)) yield* descendantsOf(child);
}

/** Negative bounds count from the end. */
function slice(list: unknown[], { start = 0, end = list.length, step }: Step & { type: 'slice' }): unknown[] {
  const [from, to] = [start, end].map((bound) => (bound < 0 ? bound + list.length : bound)) as [number, number];
  const out: unknown[] = [];
  if (from < 0 || step < 1) return out;
  for (let i = from; i < Math.min(to, list.length); i += step) out.push(list[i]);
  return out;
}

function passes({ left, operator, right }: Step & { type: 'filter' }, element: unknown): boolean {
  const a = valuesOf(left, element);
  if (operator === undefined || right === undefined) return a.length > 0;
  const b = valuesOf(right, element);
  return a.length === 1 && b.length === 1 && compare(a[0], operator, b[0]);
}

const valuesOf = (operand: Operand, element: unknown): unknown[] => ('path' in operand ? follow(operand.path, [element]) : [operand.value]);

/** Only values of one type compare. */
function compare(a: unknown, operator: Operator, b: unknown): boolean {
  if (typeof a !== typeof b) return false;
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  if (!(typeof a === 'number' && typeof b === 'number') && !(typeof a === 'string' && typeof b === 'string')) return false;
  const order = a < b ? -1 : a > b ? 1 : 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}
