import { type FieldPath, fieldPath, internalCause, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CompiledRule } from './compiled-rule.ts';
import type { ValidationRule } from './json-schema.ts';
import type { RuleNode } from './rule-node.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const NEWLINE = /[\n\r]/;

/**
 * What is wrong with the rules of a schema, told of in the paths of its CustomResourceDefinition. `uncorrelatable` is the part within which nobody can
 * tell what a value was before. Source: kube-apiserver's validation of CustomResourceDefinitions.
 */
export function checkRules(node: RuleNode, at: FieldPath, uncorrelatable?: FieldPath): Cause[] {
  const causes: Cause[] = [];
  const { schema } = node;
  const atomic = (path: FieldPath) => uncorrelatable ?? (schema['x-kubernetes-map-type'] === 'atomic' ? path : undefined);
  if (node.additionalProperties) {
    const path = at.child('additionalProperties');
    causes.push(...checkRules(node.additionalProperties, path, atomic(path)));
  }
  for (const [name, property] of node.properties) {
    const path = at.child('properties').key(name);
    causes.push(...checkRules(property, path, atomic(path)));
  }
  for (const [index, part] of node.allOf.entries()) causes.push(...checkRules(part, at.child('allOf').index(index), uncorrelatable));
  if (node.items) {
    const path = at.child('items');
    causes.push(...checkRules(node.items, path, uncorrelatable ?? (schema['x-kubernetes-list-type'] === 'map' ? undefined : path)));
  }
  const rules = at.child('x-kubernetes-validations');
  if (!node.type && schema['x-kubernetes-validations']?.length) {
    const kept = schema['x-kubernetes-preserve-unknown-fields'] === true;
    const why = `rule declared on schema that does not support validation rules type: '${schema.type ?? ''}' x-kubernetes-preserve-unknown-fields: '${kept}'`;
    return [...causes, internalCause(rules, why)];
  }
  const shape = node.rules.flatMap(({ rule, path }, index) => checkShape(rule, path, rules.index(index)));
  if (shape.length > 0) return [...causes, ...shape];
  return [...causes, ...node.rules.flatMap((rule, index) => checkExpressions(rule, rules.index(index), uncorrelatable))];
}

/** What is wrong whatever the expressions mean. */
function checkShape(rule: ValidationRule, path: string | undefined, at: FieldPath): Cause[] {
  const out: Cause[] = [];
  const message = rule.message?.trim() ?? '';
  if (rule.rule.trim() === '') out.push(required(at.child('rule'), 'rule is not specified'));
  else if (rule.message && message === '')
    out.push(invalidValue(at.child('message'), rule.message, 'message must be non-empty if specified'));
  else if (NEWLINE.test(message)) out.push(invalidValue(at.child('message'), rule.message, 'message must not contain line breaks'));
  else if (NEWLINE.test(rule.rule.trim()) && message === '')
    out.push(required(at.child('message'), 'message must be specified if rule contains line breaks'));
  if (rule.messageExpression && rule.messageExpression.trim() === '') {
    out.push(required(at.child('messageExpression'), 'messageExpression must be non-empty if specified'));
  }
  if (rule.reason !== undefined && !REASONS.includes(rule.reason)) out.push(notSupported(at.child('reason'), rule.reason, REASONS));
  if (rule.fieldPath) {
    if (rule.fieldPath.trim() === '')
      out.push(invalidValue(at.child('fieldPath'), rule.fieldPath, 'fieldPath must be non-empty if specified'));
    if (NEWLINE.test(rule.fieldPath))
      out.push(invalidValue(at.child('fieldPath'), rule.fieldPath, 'fieldPath must not contain line breaks'));
    if (path === undefined) out.push(invalidValue(at.child('fieldPath'), rule.fieldPath, 'fieldPath must be a valid path'));
  }
  return out;
}

function checkExpressions(compiled: CompiledRule, at: FieldPath, uncorrelatable: FieldPath | undefined): Cause[] {
  const { rule, error, messageError, usesOldSelf } = compiled;
  const out: Cause[] = [];
  if (error) out.push(invalidValue(at.child('rule'), shown(rule), error));
  if (messageError) out.push(invalidValue(at.child('messageExpression'), shown(rule), messageError));
  if (usesOldSelf && uncorrelatable) {
    out.push(
      invalidValue(
        at.child('rule'),
        rule.rule,
        `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`,
      ),
    );
  }
  if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
    out.push(invalidValue(at.child('optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  }
  return out;
}

/** The whole rule, as Kubernetes shows it. */
const shown = (rule: ValidationRule): object => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
});

export const DEFAULT_PLACE: FieldPath = fieldPath('spec', 'validation', 'openAPIV3Schema');
