import { fieldPath, forbiddenField } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Pod } from '../../../../generated/types.ts';
import type { StrategyContext } from '../../../kind.ts';
import { checkCreatedClaims } from '../pod-template/validate-ephemeral-volume.ts';
import { checkPodSpec } from '../pod-template/validate-pod-spec.ts';

const SPEC = fieldPath('spec');

export function validatePod(pod: Pod, context: StrategyContext): Cause[] {
  const out: Cause[] = [];
  checkPodSpec(pod.spec ?? { containers: [] }, SPEC, context, out);
  if (pod.metadata?.name) checkCreatedClaims(pod.metadata.name, pod.spec?.volumes ?? [], SPEC.child('volumes'), out);
  return out;
}

/** Containers for people come later, through a subresource of their own. */
export function validatePodCreate({ spec }: Pod): Cause[] {
  return (spec?.ephemeralContainers ?? []).length > 0 ? [forbiddenField(SPEC.child('ephemeralContainers'), 'cannot be set on create')] : [];
}
