import { compileFor, OUT_OF_BUDGET, POLICY_BUDGET } from './admission/expression.ts';
import { Composition, VARIABLES, withVariables } from './admission/policy-variables.ts';
import { admissionTypes } from './admission/types.ts';
import { type AdmissionInput, admissionVariables } from './admission/variables.ts';
import type { Program } from './compile.ts';
import { BOOL, NULL, STRING, type Type } from './language/types.ts';
import { compileMatchConditions, type MatchCondition, type MatchConditions } from './match-conditions.ts';
import { usable } from './schema/message.ts';
import { nameOfType } from './values/type-of.ts';

/** What of a ValidatingAdmissionPolicy's spec concerns expressions: `admissionregistration.k8s.io/v1`. */
export interface PolicySpec {
  paramKind?: object;
  matchConditions?: readonly MatchCondition[];
  variables?: readonly { name: string; expression: string }[];
  validations?: readonly PolicyValidation[];
  auditAnnotations?: readonly { key: string; valueExpression: string }[];
}

export interface PolicyValidation {
  expression: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
}

/** What one validation says of a request. */
export type Decision =
  | { says: 'admit' }
  | { says: 'deny'; message: string; reason: string }
  /** Nobody can tell: the failure policy decides. */
  | { says: 'error'; message: string };

/** What an audit annotation comes to: a text, nothing, or an error. */
export type Annotation = { key: string } & ({ value: string } | { error: string; isFatal: boolean });

export interface Verdict {
  decisions: readonly Decision[];
  /** How long each decision took; none where there was no time for them. */
  durationsMs: readonly number[];
  annotations: readonly Annotation[];
}

type Compiled = { program: Program } | { error: string };

/** The expressions of a policy, compiled once. */
export interface AdmissionPolicy {
  matchConditions: MatchConditions;
  /** What is wrong with each expression, by its place in the spec; undefined: nothing. */
  errors: {
    variables: readonly (string | undefined)[];
    validations: readonly (string | undefined)[];
    messages: readonly (string | undefined)[];
    annotations: readonly (string | undefined)[];
  };
  /** Undefined: the match conditions let the request pass. `nowMs`: a clock. Never throws. */
  evaluate(input: AdmissionInput, nowMs?: () => number): Verdict | undefined;
}

/** Compiles the expressions of a policy. `known`: types of variables that are better known than that they are objects. */
export function compileAdmissionPolicy(spec: PolicySpec, known: ReadonlyMap<string, Type> = new Map()): AdmissionPolicy {
  const params = spec.paramKind !== undefined;
  const { variables = [], validations = [], auditAnnotations = [] } = spec;
  const base = (authorizer: boolean) => new Map([...admissionTypes({ params, authorizer }), ...known]);
  const composed = withVariables(base(true), variables);
  const messageTypes = base(false);
  const fields = composed.types.get(VARIABLES);
  if (fields) messageTypes.set(VARIABLES, fields);
  const checks = validations.map(({ expression = '' }) => compileFor(expression, composed.types, [BOOL]));
  const messages = validations.map(({ messageExpression = '' }) =>
    messageExpression.trim() === '' ? undefined : compileFor(messageExpression, messageTypes, [STRING]),
  );
  const annotations = auditAnnotations.map(({ valueExpression = '' }) =>
    compileFor(valueExpression.trim(), composed.types, [STRING, NULL]),
  );
  const matchConditions = compileMatchConditions(spec.matchConditions ?? [], { params });
  return {
    matchConditions,
    errors: {
      variables: composed.variables.map(({ compiled }) => errorOf(compiled)),
      validations: checks.map(errorOf),
      messages: messages.map(errorOf),
      annotations: annotations.map(errorOf),
    },
    evaluate(input, nowMs = () => 0) {
      const match = matchConditions.evaluate(input);
      if ('error' in match) return { decisions: [{ says: 'error', message: match.error }], durationsMs: [], annotations: [] };
      if (!match.matches) return undefined;
      const composition = new Composition(composed.variables, admissionVariables(input));
      return new Evaluation(spec, composition, nowMs).verdict(checks, messages, annotations);
    },
  };
}

const errorOf = (compiled: Compiled | undefined): string | undefined => (compiled && 'error' in compiled ? compiled.error : undefined);

/** One request, one set of parameters. */
class Evaluation {
  readonly #spec: PolicySpec;
  readonly #composition: Composition;
  readonly #nowMs: () => number;

  constructor(spec: PolicySpec, composition: Composition, nowMs: () => number) {
    this.#spec = spec;
    this.#composition = composition;
    this.#nowMs = nowMs;
  }

  verdict(checks: readonly Compiled[], messages: readonly (Compiled | undefined)[], annotations: readonly Compiled[]): Verdict {
    const { validations = [], auditAnnotations = [] } = this.#spec;
    this.#composition.left = POLICY_BUDGET;
    const durationsMs: number[] = [];
    const results = checks.map((check, index) => {
      const begun = this.#nowMs();
      const result = this.#composition.evaluate(check, validations[index]?.expression ?? '');
      durationsMs.push(this.#nowMs() - begun);
      return result;
    });
    if (this.#composition.left < 0) return { decisions: [{ says: 'error', message: OUT_OF_BUDGET }], durationsMs, annotations: [] };
    const decisions = results.map((result, index): Decision => {
      if ('error' in result) return { says: 'error', message: result.error };
      if (result.value === true) return { says: 'admit' };
      const validation = validations[index] ?? { expression: '' };
      return { says: 'deny', reason: validation.reason ?? 'Invalid', message: this.#message(validation, messages[index]) };
    });
    if (this.#composition.left < 0) {
      const message = `failed messageExpression: ${OUT_OF_BUDGET}`;
      return {
        decisions: decisions.map((decision) => (decision.says === 'deny' ? { says: 'error', message } : decision)),
        durationsMs,
        annotations: [],
      };
    }
    this.#composition.left = POLICY_BUDGET;
    return {
      decisions,
      durationsMs,
      annotations: auditAnnotations.flatMap((annotation, index) => this.#annotation(annotation, annotations[index])),
    };
  }

  #message({ expression, message, messageExpression = '' }: PolicyValidation, compiled: Compiled | undefined): string {
    const result = compiled && this.#composition.evaluate(compiled, messageExpression);
    const text = result && 'value' in result && typeof result.value === 'string' ? usable(result.value) : undefined;
    return text ?? (message?.trim() || `failed expression: ${expression.trim()}`);
  }

  #annotation({ key, valueExpression }: { key: string; valueExpression: string }, compiled: Compiled | undefined): Annotation[] {
    if (!compiled) return [];
    const result = this.#composition.evaluate(compiled, valueExpression);
    if ('error' in result) return [{ key, error: result.error, isFatal: false }];
    if (result.value === null) return [];
    if (typeof result.value === 'string') return result.value.trim() === '' ? [] : [{ key, value: result.value.trim() }];
    const error = `valueExpression '${valueExpression}' resulted in unsupported return type: ${nameOfType(result.value)}. Return type must be either string or null.`;
    return [{ key, error, isFatal: true }];
  }
}
