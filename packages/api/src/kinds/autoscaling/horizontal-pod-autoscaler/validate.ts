import { fieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { HorizontalPodAutoscaler } from '../../../../generated/types.ts';
import { notNegative } from '../../../validation/basics.ts';
import { checkBehavior } from './validate-behavior.ts';
import { checkMetrics } from './validate-metrics.ts';
import { checkReference } from './validate-reference.ts';

const SPEC = fieldPath('spec');
const STATUS = fieldPath('status');

/** What is wrong with a new autoscaler. Down to none is not among what is on by default (`HPAScaleToZero`). */
export const validateNew = ({ spec }: HorizontalPodAutoscaler): Cause[] => checkSpec(spec, 1);

/** What is wrong with the new state of one. Who had no lower bound may go without. */
export const validateChange = ({ spec }: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler): Cause[] =>
  checkSpec(spec, old.spec?.minReplicas === 0 ? 0 : 1);

export function validateStatus({ status }: HorizontalPodAutoscaler): Cause[] {
  const out: Cause[] = [];
  notNegative(status?.currentReplicas, STATUS.child('currentReplicas'), out);
  notNegative(status?.desiredReplicas, STATUS.child('desiredReplicas'), out);
  return out;
}

function checkSpec(spec: Partial<HorizontalPodAutoscaler['spec']> = {}, lowest: number): Cause[] {
  const out: Cause[] = [];
  const { minReplicas, maxReplicas = 0, scaleTargetRef, metrics = [], behavior } = spec;
  if (minReplicas !== undefined && minReplicas < lowest) {
    out.push(invalidValue(SPEC.child('minReplicas'), minReplicas, `must be greater than or equal to ${lowest}`));
  }
  if (maxReplicas < 1) out.push(invalidValue(SPEC.child('maxReplicas'), maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    out.push(invalidValue(SPEC.child('maxReplicas'), maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  checkReference(scaleTargetRef, SPEC.child('scaleTargetRef'), out);
  checkMetrics(metrics, minReplicas, SPEC.child('metrics'), out);
  checkBehavior(behavior, SPEC.child('behavior'), out);
  return out;
}
