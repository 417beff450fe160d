import { type Attributes, attributesOfAsked } from '../../webhooks/attributes.ts';
import { Reinvocation } from '../../webhooks/reinvocation.ts';
import { haveMutated } from '../../webhooks/take-mutated.ts';
import type { AdmissionPlugin } from '../admission.ts';
import { mutateBy } from './mutate.ts';
import { mutatingPolicies } from './mutating-policies.ts';

/**
 * Has the MutatingAdmissionPolicies that concern a request change what is to be written, after the built-in plug-ins and before webhooks. They hear of no
 * deletions. Source: the concept "Mutating Admission Policy".
 */
export const mutatingAdmissionPolicy: AdmissionPlugin = {
  name: 'MutatingAdmissionPolicy',
  concerns: (core, call) => mutatingPolicies(core).concerning(call.row).length > 0,
  mutate(core, call, draft, old, rounds) {
    const change = (attributes: Attributes) => mutateBy(core, mutatingPolicies(core).concerning(call.row), attributes, rounds.policies);
    return haveMutated(call, { draft, old }, change, () => rounds.changed());
  },
  async review(core, call, asked) {
    const attributes = attributesOfAsked(call, asked);
    const round = { reinvocation: new Reinvocation(), isSecond: false };
    await mutateBy(core, mutatingPolicies(core).concerning(call.row), attributes, round);
    if (attributes.object) asked.object = attributes.object;
  },
};
