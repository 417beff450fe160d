import { type FieldPath, required, tooMany } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Container } from '../../../../generated/types.ts';
import { oneOf } from '../../../validation/basics.ts';

const RULES_MAX = 20;
const VALUES_MAX = 255;

/** A container's own restart policy, and its rules by exit code. Source: "Pod Lifecycle", individual restart policy and rules. */
export function checkRestartRules({ restartPolicy, restartPolicyRules = [] }: Container, path: FieldPath, out: Cause[]): void {
  oneOf(restartPolicy, ['Always', 'OnFailure', 'Never'], path.child('restartPolicy'), out, { optional: true });
  if (restartPolicyRules.length === 0) return;
  const rules = path.child('restartPolicyRules');
  if (!restartPolicy) out.push(required(path.child('restartPolicy'), 'must specify restartPolicy when restart rules are used'));
  if (restartPolicyRules.length > RULES_MAX) out.push(tooMany(rules, restartPolicyRules.length, RULES_MAX));
  restartPolicyRules.forEach(({ action, exitCodes }, i) => {
    const at = rules.index(i);
    oneOf(action, ['Restart', 'RestartAllContainers'], at.child('action'), out);
    if (!exitCodes) {
      out.push(required(at.child('exitCodes'), 'must be specified'));
      return;
    }
    oneOf(exitCodes.operator, ['In', 'NotIn'], at.child('exitCodes', 'operator'), out);
    const { values = [] } = exitCodes;
    if (values.length > VALUES_MAX) out.push(tooMany(at.child('exitCodes', 'values'), values.length, VALUES_MAX));
  });
}
