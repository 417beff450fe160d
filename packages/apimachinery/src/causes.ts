import type { Cause } from '@kubernats/errors';
import type { FieldPath } from './field-path.ts';
import { goQuote } from './go-quote.ts';

/**
 * The causes of a refusal, worded as Kubernetes' `field.Error` words them. A path may be given as text.
 * Source: the API conventions on validation errors.
 */
type Where = FieldPath | string;

const cause = (reason: string, path: Where, message: string): Cause => ({ reason, message, field: path.toString() });
const withDetail = (text: string, detail: string): string => (detail === '' ? text : `${text}: ${detail}`);

/** A bad value as messages show it: text quoted, numbers plain, the rest as JSON. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return '"null"';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'object') return JSON.stringify(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  return String(value);
}

/** A value that must be there is not. */
export function required(path: Where, detail = ''): Cause {
  return cause('FieldValueRequired', path, withDetail('Required value', detail));
}

export function invalidValue(path: Where, value: unknown, detail = ''): Cause {
  return cause('FieldValueInvalid', path, withDetail(`Invalid value: ${shown(value)}`, detail));
}

/** As `invalidValue`, of a value that would not help whoever reads of it. */
export function invalidState(path: Where, detail: string): Cause {
  return cause('FieldValueInvalid', path, withDetail('Invalid value', detail));
}

/** The value's type is wrong. */
export function typeInvalid(path: Where, value: unknown, detail = ''): Cause {
  return cause('FieldValueTypeInvalid', path, withDetail(`Invalid value: ${shown(value)}`, detail));
}

/** The value is not one of an enumeration; `supported` is listed in the given order. */
export function notSupported(path: Where, value: unknown, supported: readonly string[]): Cause {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`;
  return cause('FieldValueNotSupported', path, withDetail(`Unsupported value: ${shown(value)}`, detail));
}

export function duplicate(path: Where, value: unknown): Cause {
  return cause('FieldValueDuplicate', path, `Duplicate value: ${shown(value)}`);
}

/** The field may not be set (now, or together with another). */
export function forbiddenField(path: Where, detail: string): Cause {
  return cause('FieldValueForbidden', path, withDetail('Forbidden', detail));
}

/** What the value refers to does not exist. */
export function valueNotFound(path: Where, value: unknown): Cause {
  return cause('FieldValueNotFound', path, `Not found: ${shown(value)}`);
}

/** Text longer than `maxBytes`. The value itself is never shown. */
export function tooLong(path: Where, _value: unknown, maxBytes: number): Cause {
  return cause('FieldValueTooLong', path, `Too long: may not be more than ${maxBytes} ${maxBytes === 1 ? 'byte' : 'bytes'}`);
}

/** A list or map of `actual` items where `max` are allowed. */
export function tooMany(path: Where, actual: number, max: number): Cause {
  return cause('FieldValueTooMany', path, `Too many: ${actual}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`);
}

export function internalCause(path: Where, detail: string): Cause {
  return cause('InternalError', path, `Internal error: ${detail}`);
}
