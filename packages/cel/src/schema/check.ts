import { type FieldPath, fieldPath, internalCause, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { checkCosts, type Extent, elementsOf, propertyOf, TotalCost } from './check-cost.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { declaredSize } from './declared-size.ts';
import type { ValidationRule } from './json-schema.ts';
import type { RuleNode } from './rule-node.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const NEWLINE = /[\n\r]/;

/** Where rules stand. */
interface RulePlace {
  at: FieldPath;
  /** The part around it within which nobody can tell what a value was before. */
  uncorrelatable: FieldPath | undefined;
  /** Undefined: what the rules cost is counted elsewhere. */
  extent: Extent | undefined;
}

/**
 * What is wrong with the rules of a schema, that of a whole object, told of in the paths of its CustomResourceDefinition. Source: kube-apiserver's
 * validation of CustomResourceDefinitions. `anyRuleCost`: a single rule may cost what it will, all together may not.
 */
export function checkRules(node: RuleNode, at: FieldPath, anyRuleCost: boolean): Cause[] {
  const check = new RuleCheck(anyRuleCost);
  const extent = { times: 1, size: declaredSize(node.schema, true) };
  return [...check.visit(node, { at, uncorrelatable: undefined, extent }), ...check.total.check(at)];
}

/** One look at all rules of a schema. */
class RuleCheck {
  readonly total = new TotalCost();
  readonly #anyRuleCost: boolean;

  constructor(anyRuleCost: boolean) {
    this.#anyRuleCost = anyRuleCost;
  }

  visit(node: RuleNode, { at, uncorrelatable, extent }: RulePlace): Cause[] {
    const causes: Cause[] = [];
    const { schema } = node;
    const atomic = (path: FieldPath) => uncorrelatable ?? (schema['x-kubernetes-map-type'] === 'atomic' ? path : undefined);
    const elements = extent && elementsOf(extent, schema);
    if (node.additionalProperties) {
      const path = at.child('additionalProperties');
      causes.push(...this.visit(node.additionalProperties, { at: path, uncorrelatable: atomic(path), extent: elements }));
    }
    for (const [name, property] of node.properties) {
      const path = at.child('properties').key(name);
      const own = extent && propertyOf(extent, name, property.schema);
      causes.push(...this.visit(property, { at: path, uncorrelatable: atomic(path), extent: own }));
    }
    for (const [index, part] of node.allOf.entries()) {
      causes.push(...this.visit(part, { at: at.child('allOf').index(index), uncorrelatable, extent: undefined }));
    }
    if (node.items) {
      const path = at.child('items');
      const unknown = schema['x-kubernetes-list-type'] === 'map' ? undefined : path;
      causes.push(...this.visit(node.items, { at: path, uncorrelatable: uncorrelatable ?? unknown, extent: elements }));
    }
    return [...causes, ...this.#rules(node, at.child('x-kubernetes-validations'), uncorrelatable, extent)];
  }

  #rules(node: RuleNode, at: FieldPath, uncorrelatable: FieldPath | undefined, extent: Extent | undefined): Cause[] {
    const { schema } = node;
    if (!node.type && schema['x-kubernetes-validations']?.length) {
      const kept = schema['x-kubernetes-preserve-unknown-fields'] === true;
      const why = `rule declared on schema that does not support validation rules type: '${schema.type ?? ''}' x-kubernetes-preserve-unknown-fields: '${kept}'`;
      return [internalCause(at, why)];
    }
    const shape = node.rules.flatMap(({ rule, path }, index) => checkShape(rule, path, at.index(index)));
    if (shape.length > 0) return shape;
    const costs = extent ? checkCosts(node, at, extent, { total: this.total, anyRuleCost: this.#anyRuleCost }) : [];
    return node.rules.flatMap((rule, index) => [...(costs[index] ?? []), ...checkExpressions(rule, at.index(index), uncorrelatable)]);
  }
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
