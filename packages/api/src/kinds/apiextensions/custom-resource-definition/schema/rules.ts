// What can be said of `x-kubernetes-validations` without reading the expressions. Source: "Validation rules".
import { type FieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps, ValidationRule } from '../../../../../generated/types.ts';
import { followPath } from './field-reference.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const LINE_BREAK = /[\n\r]/;

export function checkRules(schema: JSONSchemaProps, at: FieldPath, out: Cause[]): void {
  schema['x-kubernetes-validations']?.forEach((rule, i) => {
    const path = at.child('x-kubernetes-validations').index(i);
    checkTexts(rule, path, out);
    const { reason, fieldPath = '' } = rule;
    if (reason !== undefined && !REASONS.includes(reason)) out.push(notSupported(path.child('reason'), reason, REASONS));
    if (fieldPath === '') return;
    const refuse = (why: string): void => {
      out.push(invalidValue(path.child('fieldPath'), fieldPath, why));
    };
    if (fieldPath.trim() === '') refuse('fieldPath must be non-empty if specified');
    if (LINE_BREAK.test(fieldPath)) refuse('fieldPath must not contain line breaks');
    if ('problem' in followPath(fieldPath, schema)) refuse('fieldPath must be a valid path');
  });
}

function checkTexts({ rule = '', message = '', messageExpression = '' }: Partial<ValidationRule>, at: FieldPath, out: Cause[]): void {
  const [trimmedRule, trimmedMessage] = [rule.trim(), message.trim()];
  if (trimmedRule === '') out.push(required(at.child('rule'), 'rule is not specified'));
  else if (message !== '' && trimmedMessage === '') {
    out.push(invalidValue(at.child('message'), message, 'message must be non-empty if specified'));
  } else if (LINE_BREAK.test(trimmedMessage)) {
    out.push(invalidValue(at.child('message'), message, 'message must not contain line breaks'));
  } else if (LINE_BREAK.test(trimmedRule) && trimmedMessage === '') {
    out.push(required(at.child('message'), 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    out.push(required(at.child('messageExpression'), 'messageExpression must be non-empty if specified'));
  }
}
