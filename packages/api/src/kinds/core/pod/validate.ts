import { fieldPath } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Pod } from '../../../../generated/types.ts';
import type { StrategyContext } from '../../../kind.ts';
import { checkPodSpec } from '../pod-template/validate-pod-spec.ts';

const SPEC = fieldPath('spec');

export function validatePod(pod: Pod, context: StrategyContext): Cause[] {
  const out: Cause[] = [];
  checkPodSpec(pod.spec ?? { containers: [] }, SPEC, context, out);
  return out;
}
