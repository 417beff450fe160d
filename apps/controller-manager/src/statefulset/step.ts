import type { PersistentVolumeClaim, Pod } from '@kubernats/api';
import type { OwnerReference } from '@kubernats/apimachinery';

/** The claims that a Pod needs before it can run. */
export interface NeededClaims {
  create: PersistentVolumeClaim[];
  /** The names of those that are on their way out: the Pod waits for their successors. */
  going: string[];
}

/** One thing to do for a StatefulSet. */
export type Step =
  | { do: 'create'; pod: Pod; claims: NeededClaims }
  /** A Pod that is there waits for its claims. */
  | { do: 'provide'; pod: Pod; claims: NeededClaims }
  | { do: 'own'; claim: PersistentVolumeClaim; owners: OwnerReference[] }
  | { do: 'label'; pod: Pod; labels: Record<string, string> }
  | { do: 'delete'; pod: Pod; because: 'ended' | 'scaled' | 'outdated' };
