export type { AdmissionInput, ExpressionRequest } from './admission/variables.ts';
export {
  type AdmissionPolicy,
  type Annotation,
  compileAdmissionPolicy,
  type Decision,
  type PolicySpec,
  type Verdict,
} from './admission-policy.ts';
export { compile, type Outcome, type Program } from './compile.ts';
export { deviceSelectorProblem } from './device-selector.ts';
export type { Variables } from './language/frame.ts';
export * from './language/types.ts';
export type { AccessCheck, AccessDecision, CheckAccess } from './library/authorizer.ts';
export { compileMatchConditions, type Match, type MatchCondition, type MatchConditions } from './match-conditions.ts';
export {
  compileMutatingPolicy,
  type MutatingPolicy,
  type MutatingPolicySpec,
  type Mutation,
  type MutationPatch,
  mutationExpression,
} from './mutating-policy.ts';
export type { JsonSchema, ValidationRule } from './schema/json-schema.ts';
export { type SchemaRules, schemaRules } from './schema-rules.ts';
export { fromJson, toJson } from './values/json.ts';
export type { Value } from './values/values.ts';
