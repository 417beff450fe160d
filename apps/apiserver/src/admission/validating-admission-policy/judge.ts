import type { KindRow, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '@kubernats/api';
import type { AdmissionPolicy, Decision, Verdict } from '@kubernats/cel';
import type { Held } from '../../cache/stored.ts';
import type { Core } from '../../core.ts';
import {
  type Enforcement,
  errorTypeOf,
  type PolicyMetrics,
  type PolicyNames,
  policyMetrics,
} from '../../instrumentation/policy-metrics.ts';
import type { Attributes } from '../../webhooks/attributes.ts';
import { ConfigurationError } from '../policies/configuration-error.ts';
import { expressionInput } from '../policies/expression-input.ts';
import { matchedRow } from '../policies/match-resources.ts';
import { paramRow, paramsFor } from '../policies/params.ts';
import type { Binding, BoundPolicy } from '../policies/policies.ts';

export type ValidatingPolicy = BoundPolicy<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, AdmissionPolicy>;
type ValidatingBinding = Binding<ValidatingAdmissionPolicyBinding>;

/** Why a request is refused. */
export interface Denial {
  message: string;
  /** Of the Status. */
  reason: string;
}

/** What the policies say of a request. */
export interface Judgement {
  denials: Denial[];
  warnings: string[];
  /** For the audit log, by key. */
  annotations: Map<string, string[]>;
}

/** Asks the policies, with all their bindings, and with all parameters of those. */
export async function judge(core: Core, policies: readonly ValidatingPolicy[], attributes: Attributes): Promise<Judgement> {
  const judgement: Judgement = { denials: [], warnings: [], annotations: new Map() };
  for (const policy of policies) await new Judge(core, policy, attributes, judgement).judge();
  return judgement;
}

const FAILURE = 'validation.policy.admission.k8s.io/validation_failure';
const ENFORCEMENTS: Readonly<Record<string, Enforcement>> = { Deny: 'deny', Warn: 'warn', Audit: 'audit' };
const ANNOTATION_LENGTH_MAX = 10 * 1024;

/** One policy. */
class Judge {
  readonly #core: Core;
  readonly #policy: ValidatingPolicy;
  readonly #attributes: Attributes;
  readonly #judgement: Judgement;

  constructor(core: Core, policy: ValidatingPolicy, attributes: Attributes, judgement: Judgement) {
    this.#core = core;
    this.#policy = policy;
    this.#attributes = attributes;
    this.#judgement = judgement;
  }

  async judge(): Promise<void> {
    const { spec, matcher, bindings } = this.#policy;
    await this.#configured('policy', undefined, async () => {
      const row = matchedRow(this.#core, matcher, this.#attributes);
      if (!row) return;
      const params = spec.paramKind && paramRow(this.#core, spec.paramKind);
      for (const binding of bindings) await this.#configured('binding', binding, () => this.#bound(binding, row, params));
    });
  }

  async #bound(binding: ValidatingBinding, row: KindRow, paramsRow: KindRow | undefined): Promise<void> {
    if (binding.matcher && !matchedRow(this.#core, binding.matcher, this.#attributes)) return;
    const params = await paramsFor(this.#core, paramsRow, binding.spec.paramRef, this.#attributes.namespace);
    for (const param of params) await this.#evaluate(binding, row, param);
  }

  async #evaluate(binding: ValidatingBinding, row: KindRow, params: Held | undefined): Promise<void> {
    const { clock } = this.#core;
    const input = { ...(await expressionInput(this.#core, this.#attributes, row)), params };
    const verdict = this.#policy.compiled.evaluate(input, () => clock.monotonic());
    if (!verdict) return;
    for (const [index, decision] of verdict.decisions.entries()) {
      this.#apply(decision, index, binding);
      this.#count(decision, binding, verdict.durationsMs[index] ?? 0);
    }
    this.#annotate(verdict, binding);
  }

  #apply(decision: Decision, expressionIndex: number, binding: ValidatingBinding): void {
    if (decision.says === 'admit' || (decision.says === 'error' && this.#policy.ignoresFailure)) return;
    const { message } = decision;
    const { validationActions = [] } = binding.spec;
    for (const action of validationActions) {
      if (action === 'Deny') this.#deny(message, binding, decision.says === 'deny' ? decision.reason : undefined);
      else if (action === 'Warn') {
        const who = `ValidatingAdmissionPolicy '${this.#policy.name}' with binding '${binding.name}'`;
        this.#judgement.warnings.push(`Validation failed for ${who}: ${message}`);
      } else {
        const failure = { message, policy: this.#policy.name, binding: binding.name, expressionIndex, validationActions };
        this.#judgement.annotations.set(FAILURE, [JSON.stringify([failure])]);
      }
    }
  }

  /** As in Kubernetes, what is admitted is counted only where that follows from an error. */
  #count(decision: Decision, binding: ValidatingBinding, durationMs: number): void {
    if (decision.says === 'admit') return;
    const isIgnored = decision.says === 'error' && this.#policy.ignoresFailure;
    const enforced = isIgnored
      ? ['allow' as const]
      : (binding.spec.validationActions ?? []).map((action) => ENFORCEMENTS[action] ?? 'audit');
    for (const each of enforced) this.#metrics.validated(this.#names(binding), errorTypeOf(decision.message), each, durationMs);
  }

  #names({ name }: ValidatingBinding): PolicyNames {
    return { policy: this.#policy.name, binding: name };
  }

  get #metrics(): PolicyMetrics {
    return policyMetrics(this.#core.instrumentation.instruments);
  }

  #annotate({ annotations }: Verdict, binding: ValidatingBinding): void {
    for (const annotation of annotations) {
      if ('value' in annotation) this.#note(annotation.key, annotation.value.slice(0, ANNOTATION_LENGTH_MAX));
      else if (annotation.isFatal || !this.#policy.ignoresFailure) {
        this.#deny(annotation.error, binding);
        this.#metrics.validated(this.#names(binding), errorTypeOf(annotation.error), 'deny', 0);
      }
    }
  }

  /** Several bindings may say the same, or several things. */
  #note(key: string, value: string): void {
    const name = `${this.#policy.name}/${key}`;
    const known = this.#judgement.annotations.get(name) ?? [];
    if (!known.includes(value)) this.#judgement.annotations.set(name, [...known, value]);
  }

  #deny(message: string, binding: ValidatingBinding | undefined, reason = 'Invalid'): void {
    const by = binding ? ` with binding '${binding.name}'` : '';
    this.#judgement.denials.push({ message: `ValidatingAdmissionPolicy '${this.#policy.name}'${by} denied request: ${message}`, reason });
  }

  /** A policy or a binding that cannot be followed refuses what it concerns, unless its failures are ignored. */
  async #configured(what: 'policy' | 'binding', binding: ValidatingBinding | undefined, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      if (!this.#policy.ignoresFailure) this.#deny(`failed to configure ${what}: ${error.message}`, binding);
    }
  }
}
