import { type FieldPath, forbiddenField, invalidValue, percent } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { DeploymentStrategy } from '../../../generated/types.ts';
import { NOT_NEGATIVE, oneOf } from '../../validation/basics.ts';

/** How a Deployment replaces its Pods. */
export function checkDeploymentStrategy(strategy: DeploymentStrategy, path: FieldPath, out: Cause[]): void {
  oneOf(strategy.type, ['Recreate', 'RollingUpdate'], path.child('type'), out);
  const at = path.child('rollingUpdate');
  if (strategy.type === 'Recreate' && strategy.rollingUpdate) {
    out.push(forbiddenField(at, "may not be specified when strategy `type` is 'Recreate'"));
  }
  if (strategy.type !== 'RollingUpdate' || !strategy.rollingUpdate) return;
  const { maxUnavailable = 0, maxSurge = 0 } = strategy.rollingUpdate;
  checkCountOrPercent(maxUnavailable, at.child('maxUnavailable'), out);
  checkCountOrPercent(maxSurge, at.child('maxSurge'), out);
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    out.push(invalidValue(at.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  if (typeof maxUnavailable === 'string' && amount(maxUnavailable) > 100) {
    out.push(invalidValue(at.child('maxUnavailable'), maxUnavailable, 'must not be greater than 100%'));
  }
}

function checkCountOrPercent(value: number | string, path: FieldPath, out: Cause[]): void {
  if (typeof value === 'string') for (const problem of percent(value)) out.push(invalidValue(path, value, problem));
  else if (value < 0) out.push(invalidValue(path, value, NOT_NEGATIVE));
}

const amount = (value: number | string): number => (typeof value === 'number' ? value : Number.parseInt(value, 10));
