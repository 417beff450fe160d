import { invalid } from '@kubernats/errors';
import { expect, it } from 'vitest';
import { duplicate, forbiddenField, invalidValue, notSupported, required, tooLong, tooMany, typeInvalid, valueNotFound } from './causes.ts';
import { fieldPath } from './field-path.ts';

const path = fieldPath('spec').child('containers').index(1).child('ports').index(0).child('containerPort');

it('paths print as Kubernetes prints them', () => {
  expect(path.toString()).toBe('spec.containers[1].ports[0].containerPort');
  expect(fieldPath('metadata', 'annotations').key('a.b/c').toString()).toBe('metadata.annotations[a.b/c]');
  expect(fieldPath().child('spec', 'x').toString()).toBe('spec.x');
  expect(fieldPath().index(0).toString()).toBe('[0]');
});

it.each([
  [required(path), 'FieldValueRequired', 'Required value'],
  [required(path, 'why'), 'FieldValueRequired', 'Required value: why'],
  [invalidValue(path, 'a"b\u0001é', 'why'), 'FieldValueInvalid', 'Invalid value: "a\\"b\\x01é": why'],
  [invalidValue(path, -1, 'must be greater than 0'), 'FieldValueInvalid', 'Invalid value: -1: must be greater than 0'],
  [invalidValue(path, undefined), 'FieldValueInvalid', 'Invalid value: "null"'],
  [typeInvalid(path, true, 'why'), 'FieldValueTypeInvalid', 'Invalid value: true: why'],
  [notSupported(path, 'x', ['a', 'b']), 'FieldValueNotSupported', 'Unsupported value: "x": supported values: "a", "b"'],
  [duplicate(path, { a: '<1>' }), 'FieldValueDuplicate', 'Duplicate value: {"a":"\\u003c1\\u003e"}'],
  [forbiddenField(path, 'field is immutable'), 'FieldValueForbidden', 'Forbidden: field is immutable'],
  [valueNotFound(path, 'x'), 'FieldValueNotFound', 'Not found: "x"'],
  [tooLong(path, 'x', 63), 'FieldValueTooLong', 'Too long: may not be more than 63 bytes'],
  [tooMany(path, 11, 10), 'FieldValueTooMany', 'Too many: 11: must have at most 10 items'],
])('%j', (cause, reason, message) => expect(cause).toEqual({ reason, message, field: path.toString() }));

it('P2: a duplicate port is refused in Kubernetes’ words', () => {
  const error = invalid('', 'Pod', 'web', [duplicate(path, 80)]);
  expect(error.message).toBe('Pod "web" is invalid: spec.containers[1].ports[0].containerPort: Duplicate value: 80');
});
