import { duplicate, type FieldPath, fieldPath, invalidValue, notSupported, qualifiedName, required } from '@kubernats/apimachinery';
import { type AdmissionPolicy, compileAdmissionPolicy } from '@kubernats/cel';
import type { Cause } from '@kubernats/errors';
import type { AuditAnnotation, ValidatingAdmissionPolicy, ValidatingAdmissionPolicySpec, Validation } from '../../../generated/types.ts';
import { checkCommon } from './policies.ts';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];
const MAX_ANNOTATIONS = 20;
const MAX_VALUE_EXPRESSION = 5 * 1024;
const NEWLINE = /[\n\r]/;

/** What is wrong with a policy, its expressions included; `old` is what is stored. Source: kube-apiserver's validation of ValidatingAdmissionPolicies. */
export function validatePolicy({ metadata, spec = {} }: ValidatingAdmissionPolicy, old?: ValidatingAdmissionPolicy): Cause[] {
  const at = fieldPath('spec');
  const policy = compileAdmissionPolicy(spec);
  return [...checkCommon(spec, policy, old?.spec, at), ...checkOutcomes(spec, metadata?.name ?? '', policy, at)];
}

function checkOutcomes(spec: ValidatingAdmissionPolicySpec, name: string, { errors }: AdmissionPolicy, at: FieldPath): Cause[] {
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item';
    return [required(at.child('validations'), why), required(at.child('auditAnnotations'), why)];
  }
  const out = validations.flatMap((validation, i) =>
    checkValidation(validation, errors.validations[i], errors.messages[i], at.child('validations').index(i)),
  );
  const annotations = at.child('auditAnnotations');
  if (auditAnnotations.length > MAX_ANNOTATIONS) {
    out.push(invalidValue(annotations, auditAnnotations, `must not have more than ${MAX_ANNOTATIONS} auditAnnotations`));
  }
  const keys = new Set<string>();
  for (const [i, annotation] of auditAnnotations.entries()) {
    out.push(...checkAnnotation(annotation, name, errors.annotations[i], annotations.index(i)));
    if (keys.has(annotation.key)) out.push(duplicate(annotations.index(i).child('key'), annotation.key));
    keys.add(annotation.key);
  }
  return out;
}

function checkValidation(validation: Validation, error: string | undefined, messageError: string | undefined, at: FieldPath): Cause[] {
  const { expression = '', message = '', messageExpression = '', reason } = validation;
  const out: Cause[] = [];
  if (expression.trim() === '') out.push(required(at.child('expression'), 'expression is not specified'));
  else if (error) out.push(invalidValue(at.child('expression'), expression, error));
  if (messageExpression !== '' && messageExpression.trim() === '') {
    out.push(invalidValue(at.child('messageExpression'), messageExpression, 'must be non-empty if specified'));
  } else if (messageError) out.push(invalidValue(at.child('messageExpression'), messageExpression, messageError));
  if (message !== '' && message.trim() === '')
    out.push(invalidValue(at.child('message'), message, 'message must be non-empty if specified'));
  else if (NEWLINE.test(message.trim())) out.push(invalidValue(at.child('message'), message, 'message must not contain line breaks'));
  if (reason !== undefined && !REASONS.includes(reason)) out.push(notSupported(at.child('reason'), reason, REASONS));
  return out;
}

function checkAnnotation(
  { key = '', valueExpression = '' }: AuditAnnotation,
  name: string,
  error: string | undefined,
  at: FieldPath,
): Cause[] {
  const out: Cause[] = [];
  if (name === '') out.push(invalidValue(at.child('key'), key, 'requires metadata.name be non-empty'));
  else out.push(...qualifiedName(`${name}/${key}`).map((problem) => invalidValue(at.child('key'), `${name}/${key}`, problem)));
  const path = at.child('valueExpression');
  if (valueExpression.trim() === '') out.push(required(path, 'valueExpression is not specified'));
  else if (valueExpression.trim().length > MAX_VALUE_EXPRESSION) {
    out.push(required(path, `must not exceed ${MAX_VALUE_EXPRESSION} bytes in length`));
  } else if (error) out.push(invalidValue(path, valueExpression, error));
  return out;
}
