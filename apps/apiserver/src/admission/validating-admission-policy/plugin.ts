import type { KindRow } from '@kubernats/api';
import { forbidden, REASONS, type Reason, StatusError } from '@kubernats/errors';
import { named } from '../../core.ts';
import type { AdmissionPlugin } from '../admission.ts';
import { type Attributes, attributesOf } from './attributes.ts';
import { type Denial, judge } from './judge.ts';
import { policiesOf } from './policies.ts';

/** Asks the ValidatingAdmissionPolicies that concern a request. Source: the concept "Validating Admission Policy". */
export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  validate(core, call, draft, old) {
    const policies = policiesOf(core).concerning(call.row);
    if (policies.length === 0 || isPolicy(call.row)) return;
    const attributes = attributesOf(call, draft, old);
    return judge(core, policies, attributes).then(({ denials: [denial], warnings }) => {
      // An update that is decided again says what it says once.
      for (const warning of warnings) if (!call.warnings.includes(warning)) call.warnings.push(warning);
      if (denial) throw refusal(attributes, denial);
    });
  },
};

const POLICIES: ReadonlySet<string> = new Set([
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]);

/** Nobody may lock themselves out of mending a policy. */
const isPolicy = ({ group, plural }: KindRow): boolean => group === 'admissionregistration.k8s.io' && POLICIES.has(plural);

/** Worded as something that is forbidden, with the reason and the code that the policy says. */
function refusal({ row, name }: Attributes, { message, reason }: Denial): StatusError {
  const { message: text, details } = forbidden(named(row), name, message);
  const known: Reason = Object.hasOwn(REASONS, reason) ? (reason as Reason) : 'Invalid';
  return new StatusError(known, text, { ...details, causes: [{ message }] });
}
