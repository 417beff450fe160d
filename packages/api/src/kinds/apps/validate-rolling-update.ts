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
  checkNotAboveAll(maxUnavailable, at.child('maxUnavailable'), out);
}

/** A count from 0 on, or a percentage. */
export function checkCountOrPercent(value: number | string, path: FieldPath, out: Cause[]): void {
  if (typeof value === 'string') for (const problem of percent(value)) out.push(invalidValue(path, value, problem));
  else if (value < 0) out.push(invalidValue(path, value, NOT_NEGATIVE));
}

export function checkNotAboveAll(value: number | string, path: FieldPath, out: Cause[]): void {
  if (typeof value === 'string' && amount(value) > 100) out.push(invalidValue(path, value, 'must not be greater than 100%'));
}

/** The number of a count or of a percentage. */
export const amount = (value: number | string): number => (typeof value === 'number' ? value : Number.parseInt(value, 10));
