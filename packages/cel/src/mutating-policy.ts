import { compileFor, POLICY_BUDGET } from './admission/expression.ts';
import { JSON_PATCHES, MUTATIONS, misplacedTypes, OBJECT } from './admission/patch-types.ts';
import { Composition, withVariables } from './admission/policy-variables.ts';
import { admissionTypes } from './admission/types.ts';
import { type AdmissionInput, admissionVariables } from './admission/variables.ts';
import type { Program } from './compile.ts';
import { compileMatchConditions, type MatchCondition, type MatchConditions } from './match-conditions.ts';
import { EvaluationError } from './values/errors.ts';
import { toJson } from './values/json.ts';
import { ListValue, MapValue, MessageValue, type Value } from './values/values.ts';

/** What of a MutatingAdmissionPolicy's spec concerns expressions: `admissionregistration.k8s.io/v1`. */
export interface MutatingPolicySpec {
  paramKind?: object;
  matchConditions?: readonly MatchCondition[];
  variables?: readonly { name: string; expression: string }[];
  mutations?: readonly Mutation[];
}

export interface Mutation {
  /** ApplyConfiguration or JSONPatch: which of the two counts. */
  patchType: string;
  applyConfiguration?: { expression?: string };
  jsonPatch?: { expression?: string };
}

/** What a mutation asks for. */
export type MutationPatch =
  /** What is to be merged into the object, as in server-side apply. */
  | { configuration: Readonly<Record<string, unknown>> }
  /** A JSON patch (RFC 6902). */
  | { operations: readonly object[] }
  /** Nobody can tell: the failure policy decides. */
  | { error: string };

/** The expressions of a policy, compiled once. */
export interface MutatingPolicy {
  matchConditions: MatchConditions;
  /** What is wrong with each expression, by its place in the spec; undefined: nothing. */
  errors: { variables: readonly (string | undefined)[]; mutations: readonly (string | undefined)[] };
  /** What the mutation at a place in the spec asks for, each with a budget of its own. Never throws. */
  evaluate(index: number, input: AdmissionInput): MutationPatch;
}

/** The expression that counts, as it is written. */
export const mutationExpression = ({ patchType, applyConfiguration, jsonPatch }: Mutation): string =>
  (patchType === 'JSONPatch' ? jsonPatch : applyConfiguration)?.expression ?? '';

/** Compiles the expressions of a policy. Source: the concept "Mutating Admission Policy". */
export function compileMutatingPolicy(spec: MutatingPolicySpec): MutatingPolicy {
  const params = spec.paramKind !== undefined;
  const { mutations = [] } = spec;
  const composed = withVariables(admissionTypes({ params, authorizer: true }), spec.variables ?? []);
  const compiled = mutations.map((mutation) =>
    compileFor(
      mutationExpression(mutation).trim(),
      composed.types,
      [mutation.patchType === 'JSONPatch' ? JSON_PATCHES : OBJECT],
      MUTATIONS,
    ),
  );
  const errorOf = (result: { program: Program } | { error: string }) => ('error' in result ? result.error : undefined);
  return {
    matchConditions: compileMatchConditions(spec.matchConditions ?? [], { params }),
    errors: { variables: composed.variables.map((variable) => errorOf(variable.compiled)), mutations: compiled.map(errorOf) },
    evaluate(index, input) {
      const mutation = mutations[index] ?? { patchType: '' };
      const result = compiled[index] ?? { error: 'policy evaluator is nil' };
      if ('error' in result) return result;
      const composition = new Composition(composed.variables, admissionVariables(input));
      composition.left = POLICY_BUDGET;
      const outcome = composition.evaluate(result, mutationExpression(mutation));
      if ('error' in outcome) return outcome;
      try {
        return mutation.patchType === 'JSONPatch' ? operationsOf(outcome.value) : configurationOf(outcome.value);
      } catch (error) {
        if (error instanceof EvaluationError) return { error: error.message };
        throw error;
      }
    },
  };
}

function configurationOf(value: Value): MutationPatch {
  if (!(value instanceof MessageValue)) return { error: 'unsupported return type from ApplyConfiguration expression' };
  const misplaced = misplacedTypes(value);
  if (misplaced.length > 0) return { error: `type mismatch: ${misplaced.join('\n')}` };
  return { configuration: toJson(value) as Record<string, unknown> };
}

function operationsOf(value: Value): MutationPatch {
  if (!(value instanceof ListValue)) return { error: 'type mismatch: JSONPatchType.expression should evaluate to array' };
  const operations: object[] = [];
  for (const element of value) {
    if (!(element instanceof MapValue)) return { error: 'type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch' };
    const content = element.get('value');
    const misplaced = content instanceof MessageValue ? misplacedTypes(content) : [];
    if (misplaced.length > 0) return { error: `type mismatch: ${misplaced.join('\n')}` };
    const [op, path, from] = ['op', 'path', 'from'].map((field) => element.get(field) ?? '');
    operations.push({ op, path, ...(from === '' ? {} : { from }), ...(content === undefined ? {} : { value: toJson(content) }) });
  }
  return { operations };
}
