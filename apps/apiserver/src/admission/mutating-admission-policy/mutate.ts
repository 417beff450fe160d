import { deepEqual } from '@kubernats/apimachinery';
import type { AdmissionInput } from '@kubernats/cel';
import { StatusError } from '@kubernats/errors';
import type { Core } from '../../core.ts';
import { type ErrorType, errorTypeOf, policyMetrics } from '../../instrumentation/policy-metrics.ts';
import type { Attributes } from '../../webhooks/attributes.ts';
import type { Round } from '../../webhooks/reinvocation.ts';
import { expressionInput } from '../policies/expression-input.ts';
import { type Invocation, invocationKey, invocationsOf } from './invocations.ts';
import type { MutatingPolicy } from './mutating-policies.ts';
import { MutationFailure, patchedObject } from './patch-object.ts';
import { type PolicyFailure, refusalOf } from './policy-failure.ts';

/**
 * Has policies mutate the object of a request, one after the other; each sees what those before it have made of it. Gives whether any has. In the second
 * round only those are asked that `round` names. Throws what refuses the request.
 */
export async function mutateBy(core: Core, policies: readonly MutatingPolicy[], attributes: Attributes, round: Round): Promise<boolean> {
  const { invocations, failures } = await invocationsOf(core, policies, attributes);
  const isMutated = invocations.length > 0 && (await new Mutating(core, attributes, failures).run(invocations, round));
  const refusal = refusalOf(attributes, failures);
  if (refusal) throw refusal;
  return isMutated;
}

class Mutating {
  readonly #core: Core;
  readonly #attributes: Attributes;
  readonly #failures: PolicyFailure[];
  #isMutated = false;

  constructor(core: Core, attributes: Attributes, failures: PolicyFailure[]) {
    this.#core = core;
    this.#attributes = attributes;
    this.#failures = failures;
  }

  async run(invocations: readonly Invocation[], { reinvocation, isSecond }: Round): Promise<boolean> {
    if (isSecond) reinvocation.beginAgain(this.#attributes.object);
    for (const invocation of invocations) {
      if (!(await this.#meetsConditions(invocation))) continue;
      const key = invocationKey(invocation);
      if (isSecond && !reinvocation.isWanted(key)) continue;
      const before = this.#attributes.object;
      await this.#invoke(invocation);
      if (!deepEqual(before, this.#attributes.object)) reinvocation.changed();
      if (invocation.policy.spec.reinvocationPolicy === 'IfNeeded') reinvocation.wasAsked(key);
    }
    // As in Kubernetes, a policy that wants to see what becomes of its mutation sees it also where nobody comes after it.
    if (this.#isMutated) reinvocation.changed();
    if (!isSecond) reinvocation.end(this.#attributes.object);
    return this.#isMutated;
  }

  async #meetsConditions(invocation: Invocation): Promise<boolean> {
    const { policy } = invocation;
    if (!policy.spec.matchConditions?.length) return true;
    const match = policy.compiled.matchConditions.evaluate(await this.#input(invocation));
    if ('matches' in match) return match.matches;
    if (!policy.ignoresFailure) this.#fail(invocation, match.error);
    return false;
  }

  /** All of the policy's mutations, whatever becomes of those before. */
  async #invoke(invocation: Invocation): Promise<void> {
    const { policy, row } = invocation;
    for (const index of policy.spec.mutations?.keys() ?? []) {
      if (!this.#attributes.object) return;
      const input = await this.#input(invocation);
      const begun = this.#core.clock.monotonic();
      try {
        this.#attributes.object = await patchedObject(this.#core, this.#attributes, row, policy.compiled.evaluate(index, input));
        this.#isMutated = true;
        this.#observe(invocation, begun, 'no_error');
      } catch (error) {
        if (!(error instanceof MutationFailure || error instanceof StatusError)) throw error;
        this.#observe(invocation, begun, errorTypeOf(error.message));
        if (error instanceof StatusError) throw error;
        this.#fail(invocation, error.message);
      }
    }
  }

  async #input({ row, params }: Invocation): Promise<AdmissionInput> {
    return { ...(await expressionInput(this.#core, this.#attributes, row)), params };
  }

  #fail({ policy, binding }: Invocation, message: string): void {
    this.#failures.push({ policy, binding, message, reason: 'Invalid' });
  }

  #observe({ policy, binding }: Invocation, begun: number, type: ErrorType): void {
    const { clock, instrumentation } = this.#core;
    policyMetrics(instrumentation.instruments).mutated({ policy: policy.name, binding: binding.name }, type, clock.monotonic() - begun);
  }
}
