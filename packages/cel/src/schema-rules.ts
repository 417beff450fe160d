import type { FieldPath } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { checkRules, DEFAULT_PLACE } from './schema/check.ts';
import { declaredType } from './schema/declare.ts';
import type { JsonSchema } from './schema/json-schema.ts';
import { ruleNode } from './schema/rule-node.ts';
import { Validation } from './schema/validate.ts';

/** The rules of a structural schema, compiled once. */
export interface SchemaRules {
  /**
   * What the rules say of an object; `old` is what it was before an update, and undefined for a creation. A rule that was broken before by a part that
   * did not change is not told of again. Never throws, and costs no more than Kubernetes allows.
   */
  validate(value: unknown, old?: unknown): Cause[];
  /**
   * What is wrong with the rules themselves, told of in the CustomResourceDefinition's own paths; `at` is where the schema stands in it.
   * `anyRuleCost`: a single rule may cost what it will, all together may not.
   */
  check(at?: FieldPath, options?: { anyRuleCost?: boolean }): Cause[];
}

/**
 * Compiles all `x-kubernetes-validations` of a structural schema, that of a whole object. Source: Kubernetes' concept "Custom Resources", "Validation
 * rules".
 */
export function schemaRules(schema: JsonSchema): SchemaRules {
  const node = ruleNode(schema, declaredType(schema, 'selfType', true));
  return {
    validate(value, old) {
      if (!node) return [];
      const validation = new Validation();
      validation.visit(node, value, { old, unchanged: () => false }, undefined);
      return validation.causes;
    },
    check: (at = DEFAULT_PLACE, { anyRuleCost = false } = {}) => (node ? checkRules(node, at, anyRuleCost) : []),
  };
}
