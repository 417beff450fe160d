import type { ObjectMeta } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';

/** Takes off owners that are named twice, and answers what the author is told of it. */
export function withoutTwins(metadata: ObjectMeta): string[] {
  const { ownerReferences } = metadata;
  if (!ownerReferences || ownerReferences.length < 2) return [];
  const twins = ownerReferences.filter((owner, i) => ownerReferences.slice(0, i).some((other) => deepEqual(other, owner)));
  if (twins.length === 0) return [];
  metadata.ownerReferences = ownerReferences.filter((owner) => !twins.includes(owner));
  const uids = twins.map(({ uid }) => uid).join(', ');
  return [`${TWINS}; duplicate UID(s) observed: ${uids}`];
}

const TWINS =
  '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; ' +
  'please fix your requests';
