import { type Plugin, resolvable } from '../framework/plugin.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { exclusiveClaimsInUse } from './volume-needs.ts';

const IN_USE = resolvable('node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode');

/** V6: a claim of mode ReadWriteOncePod is one Pod's in the whole cluster, not only on a node. Other Pods wait until that one is gone. */
export const volumeRestrictions: Plugin<InUse> = {
  name: 'VolumeRestrictions',
  preFilter(info, { volumes }) {
    const claims = exclusiveClaimsInUse(info, volumes);
    return claims.length > 0 ? { state: { claims, users: claims.length } } : 'skip';
  },
  withPod: ({ claims, users }, _info, other, _node, by) => ({ claims, users: users + by * sharedClaims(claims, other) }),
  filter: ({ users }) => (users > 0 ? IN_USE : undefined),
};

interface InUse {
  /** The Pod's claims, as keys, that one Pod may use and another does. */
  claims: readonly string[];
  /** How often others use one of them. */
  users: number;
}

const sharedClaims = (claims: readonly string[], other: PodInfo): number => claims.filter((key) => other.claims.includes(key)).length;
