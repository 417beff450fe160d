import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '@kubernats/api';
import { type AdmissionPolicy, compileAdmissionPolicy } from '@kubernats/cel';
import { forbidden, REASONS, type Reason, StatusError } from '@kubernats/errors';
import { type Core, named } from '../../core.ts';
import { type Attributes, attributesOf, attributesOfAsked, nameIn } from '../../webhooks/attributes.ts';
import type { AdmissionPlugin } from '../admission.ts';
import { policiesOf } from '../policies/policies.ts';
import { type Denial, judge, type ValidatingPolicy } from './judge.ts';

/** Asks the ValidatingAdmissionPolicies that concern a request. Source: the concept "Validating Admission Policy". */
export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  validate(core, call, draft, old) {
    const policies = boundPolicies(core).concerning(call.row);
    const attributes = policies.length > 0 ? attributesOf(call, draft, old) : undefined;
    if (attributes) return ask(core, policies, attributes);
  },
  review(core, call, asked) {
    const policies = boundPolicies(core).concerning(call.row);
    if (policies.length > 0) return ask(core, policies, attributesOfAsked(call, asked));
  },
};

const boundPolicies = policiesOf<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, AdmissionPolicy>(
  { policies: 'validatingadmissionpolicies', bindings: 'validatingadmissionpolicybindings' },
  compileAdmissionPolicy,
);

async function ask(core: Core, policies: readonly ValidatingPolicy[], attributes: Attributes): Promise<void> {
  const { denials, warnings, annotations } = await judge(core, policies, attributes);
  const { call } = attributes;
  // An update that is decided again says what it says once.
  for (const warning of warnings) if (!call.warnings.includes(warning)) call.warnings.push(warning);
  for (const [key, values] of annotations) call.trail?.annotate(key, values.join(', '));
  const [denial] = denials;
  if (denial) throw refusal(attributes, denial);
}

/** Worded as something that is forbidden, with the reason and the code that the policy says. */
function refusal(attributes: Attributes, { message, reason }: Denial): StatusError {
  const { message: text, details } = forbidden(named(attributes.row), nameIn(attributes), message);
  const status: Reason = Object.hasOwn(REASONS, reason) ? (reason as Reason) : 'Invalid';
  return new StatusError(status, text, { ...details, causes: [{ message }] });
}
