import type { Held } from '../../cache/stored.ts';
import type { Call } from '../../call.ts';
import type { Core } from '../../core.ts';
import { attributesOf, attributesOfAsked } from '../../webhooks/attributes.ts';
import { Reinvocation } from '../../webhooks/reinvocation.ts';
import { takeMutated, unborn, versioned } from '../../webhooks/take-mutated.ts';
import type { AdmissionPlugin, Rounds } from '../admission.ts';
import { mutateBy } from './mutate.ts';
import { type MutatingPolicy, mutatingPolicies } from './mutating-policies.ts';

/**
 * Has the MutatingAdmissionPolicies that concern a request change what is to be written, after the built-in plug-ins and before webhooks. They hear of no
 * deletions. Source: the concept "Mutating Admission Policy".
 */
export const mutatingAdmissionPolicy: AdmissionPlugin = {
  name: 'MutatingAdmissionPolicy',
  concerns: (core, call) => mutatingPolicies(core).concerning(call.row).length > 0,
  mutate(core, call, draft, old, rounds) {
    const policies = mutatingPolicies(core).concerning(call.row);
    if (policies.length > 0) return mutate(core, call, { draft, old }, policies, rounds);
  },
  review(core, call, asked) {
    const policies = mutatingPolicies(core).concerning(call.row);
    if (policies.length === 0) return;
    const attributes = attributesOfAsked(call, asked);
    return mutateBy(core, policies, attributes, { reinvocation: new Reinvocation(), isSecond: false }).then(() => {
      if (attributes.object) asked.object = attributes.object;
    });
  },
};

async function mutate(
  core: Core,
  call: Call,
  { draft, old }: { draft: Held; old: Held | undefined },
  policies: readonly MutatingPolicy[],
  rounds: Rounds,
): Promise<void> {
  const attributes = attributesOf(call, old ? versioned(draft, old) : unborn(draft), old);
  if (!attributes) return;
  const isMutated = await mutateBy(core, policies, attributes, rounds.policies);
  if (!isMutated || !attributes.object) return;
  takeMutated(call, draft, old, attributes.object);
  rounds.changed();
}
