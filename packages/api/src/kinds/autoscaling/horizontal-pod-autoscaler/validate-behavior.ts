import { type FieldPath, invalidValue, notSupported, parseQuantity, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { HorizontalPodAutoscalerBehavior, HPAScalingPolicy, HPAScalingRules } from '../../../../generated/types.ts';
import { GREATER_THAN_ZERO } from '../../../validation/basics.ts';

const MAX_WINDOW_SECONDS = 3600;
const MAX_PERIOD_SECONDS = 1800;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];

/** How fast it may go in each direction. */
export function checkBehavior(behavior: HorizontalPodAutoscalerBehavior | undefined, at: FieldPath, out: Cause[]): void {
  if (behavior?.scaleUp) checkRules(behavior.scaleUp, at.child('scaleUp'), out);
  if (behavior?.scaleDown) checkRules(behavior.scaleDown, at.child('scaleDown'), out);
}

function checkRules(rules: HPAScalingRules, at: FieldPath, out: Cause[]): void {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const windowAt = at.child('stabilizationWindowSeconds');
  if (window !== undefined && window < 0) out.push(invalidValue(windowAt, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > MAX_WINDOW_SECONDS) {
    out.push(invalidValue(windowAt, window, `must be less than or equal to ${MAX_WINDOW_SECONDS}`));
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    out.push(notSupported(at.child('selectPolicy'), selectPolicy, SELECT_POLICIES));
  }
  if (policies.length === 0) out.push(required(at.child('policies'), 'must specify at least one Policy'));
  policies.forEach((policy, i) => {
    checkPolicy(policy, at.child('policies').index(i), out);
  });
  if (tolerance !== undefined && parseQuantity(tolerance).nanos < 0n) {
    out.push(invalidValue(at.child('tolerance'), tolerance, 'must be greater or equal to zero'));
  }
}

function checkPolicy({ type = '', value = 0, periodSeconds = 0 }: Partial<HPAScalingPolicy>, at: FieldPath, out: Cause[]): void {
  if (!POLICY_TYPES.includes(type)) out.push(notSupported(at.child('type'), type, POLICY_TYPES));
  if (value <= 0) out.push(invalidValue(at.child('value'), value, GREATER_THAN_ZERO));
  if (periodSeconds <= 0) out.push(invalidValue(at.child('periodSeconds'), periodSeconds, GREATER_THAN_ZERO));
  if (periodSeconds > MAX_PERIOD_SECONDS) {
    out.push(invalidValue(at.child('periodSeconds'), periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`));
  }
}
