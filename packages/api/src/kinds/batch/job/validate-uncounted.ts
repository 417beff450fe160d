import { duplicate, type FieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { UncountedTerminatedPods } from '../../../../generated/types.ts';

/** Uids of Pods that ended and are not counted yet: each once. */
export function checkUncounted(uncounted: UncountedTerminatedPods | undefined, at: FieldPath, out: Cause[]): void {
  const seen = new Set<string>();
  for (const field of ['succeeded', 'failed'] as const) {
    uncounted?.[field]?.forEach((uid, i) => {
      const here = at.child(field).index(i);
      if (uid === '') out.push(invalidValue(here, uid, 'must not be empty'));
      else if (seen.has(uid)) out.push(duplicate(here, uid));
      seen.add(uid);
    });
  }
}
