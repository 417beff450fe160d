import type { Cause } from '@kubernats/errors';
import type { Structural } from '../structural.ts';
import { isOfFormat } from './formats.ts';
import * as problems from './problems.ts';

/** What is wrong with a text. `where` is asked only if something is. */
export function checkText(text: string, { minLength, maxLength, pattern, format }: Structural, where: () => string): Cause[] {
  const causes: Cause[] = [];
  if (maxLength !== undefined && isLonger(text, maxLength)) causes.push(problems.textTooLong(where(), maxLength));
  else if (minLength !== undefined && minLength > 0 && !isLonger(text, minLength - 1)) {
    causes.push(problems.textTooShort(where(), text, minLength));
  } else if (pattern && !pattern.isIn(text)) {
    const why = pattern.problem === undefined ? '' : `, but pattern is invalid: ${pattern.problem}`;
    causes.push(problems.noMatch(where(), text, `${pattern.source}${why}`));
  }
  if (format !== '' && !isOfFormat(text, format)) causes.push(problems.wrongFormat(where(), format, text));
  return causes;
}

/** Lengths are counted in code points. */
function isLonger(text: string, length: number): boolean {
  if (text.length <= length) return false;
  let points = 0;
  for (const _ of text) if (++points > length) return true;
  return false;
}

/** What is wrong with a number. */
export function checkNumber(value: number, schema: Structural, where: () => string): Cause[] {
  const { types, multipleOf, minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  const causes: Cause[] = [];
  if (types.includes('integer') && Number.isInteger(value) && !Number.isSafeInteger(value)) causes.push(problems.inexact(where(), value));
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) causes.push(problems.notMultiple(where(), value, multipleOf));
  if (minimum !== undefined && (value < minimum || (exclusiveMinimum && value === minimum))) {
    causes.push(problems.tooSmall(where(), value, minimum, exclusiveMinimum));
  }
  if (maximum !== undefined && (value > maximum || (exclusiveMaximum && value === maximum))) {
    causes.push(problems.tooLarge(where(), value, maximum, exclusiveMaximum));
  }
  return causes;
}

/** Fractions are compared as nearly as numbers are exact. */
function isMultiple(value: number, factor: number): boolean {
  if (factor <= 0) return false;
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(times - Math.round(times)) <= Number.EPSILON * Math.max(1, Math.abs(times)) * 2;
}
