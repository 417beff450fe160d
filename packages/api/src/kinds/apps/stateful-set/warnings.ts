import { fieldPath } from '@kubernats/apimachinery';
import type { StatefulSet } from '../../../../generated/types.ts';
import { notHonoured } from '../../../validation/not-honoured.ts';
import { CLAIM_SPEC_NOT_HONOURED } from '../../core/storage/validate-claim-spec.ts';
import { templateWarnings } from '../template-warnings.ts';

/** R1: also of what its claims will ask for. */
export function statefulSetWarnings(set: StatefulSet, old: StatefulSet | undefined): string[] {
  const warnings = templateWarnings(set, old);
  if (old) return warnings;
  const claims = set.spec?.volumeClaimTemplates ?? [];
  const at = fieldPath('spec', 'volumeClaimTemplates');
  return [...warnings, ...claims.flatMap(({ spec = {} }, i) => notHonoured(spec, CLAIM_SPEC_NOT_HONOURED, at.index(i).child('spec')))];
}
