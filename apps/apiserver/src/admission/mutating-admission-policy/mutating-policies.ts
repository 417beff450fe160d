import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from '@kubernats/api';
import { type MutatingPolicy as Compiled, compileMutatingPolicy } from '@kubernats/cel';
import { type Binding, type BoundPolicy, policiesOf } from '../policies/policies.ts';

export type MutatingPolicy = BoundPolicy<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, Compiled>;
export type MutatingBinding = Binding<MutatingAdmissionPolicyBinding>;

/** The mutating policies of a server. */
export const mutatingPolicies = policiesOf<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, Compiled>(
  { policies: 'mutatingadmissionpolicies', bindings: 'mutatingadmissionpolicybindings' },
  compileMutatingPolicy,
);
