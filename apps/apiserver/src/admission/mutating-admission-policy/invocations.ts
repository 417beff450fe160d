import type { KindRow } from '@kubernats/api';
import type { Held } from '../../cache/stored.ts';
import type { Core } from '../../core.ts';
import type { Attributes } from '../../webhooks/attributes.ts';
import { ConfigurationError } from '../policies/configuration-error.ts';
import { matchedRow } from '../policies/match-resources.ts';
import { paramRow, paramsFor } from '../policies/params.ts';
import type { MutatingBinding, MutatingPolicy } from './mutating-policies.ts';
import type { PolicyFailure } from './policy-failure.ts';

/** A policy with one of its bindings and one of that one's parameters. */
export interface Invocation {
  policy: MutatingPolicy;
  binding: MutatingBinding;
  params: Held | undefined;
  /** The resource that its rules name: the one of the request, or one that holds the same objects. */
  row: KindRow;
}

/** Unlike all others' of a request. */
export const invocationKey = ({ policy, binding, params }: Invocation): string =>
  JSON.stringify([policy.name, binding.name, params?.metadata.namespace, params?.metadata.name]);

/** What is to be invoked about a request as it was sent, in the order of names, and what cannot be told. */
export async function invocationsOf(
  core: Core,
  policies: readonly MutatingPolicy[],
  attributes: Attributes,
): Promise<{ invocations: Invocation[]; failures: PolicyFailure[] }> {
  const invocations: Invocation[] = [];
  const failures: PolicyFailure[] = [];
  for (const policy of policies) {
    await configured('policy', { policy, binding: undefined }, failures, async () => {
      const { spec, matcher, bindings } = policy;
      const row = matchedRow(core, matcher, attributes);
      if (!row) return;
      const kind = spec.paramKind && paramRow(core, spec.paramKind);
      for (const binding of bindings) {
        await configured('binding', { policy, binding }, failures, async () => {
          if (binding.matcher && !matchedRow(core, binding.matcher, attributes)) return;
          const found = await paramsFor(core, kind, binding.spec.paramRef, attributes.namespace);
          invocations.push(...found.map((params) => ({ policy, binding, params, row })));
        });
      }
    });
  }
  return { invocations, failures };
}

async function configured(
  what: 'policy' | 'binding',
  of: Pick<PolicyFailure, 'policy' | 'binding'>,
  failures: PolicyFailure[],
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    failures.push({ ...of, message: `failed to configure ${what}: ${error.message}`, reason: 'Forbidden' });
  }
}
