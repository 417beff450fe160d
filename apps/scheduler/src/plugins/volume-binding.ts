import { keyOf } from '@kubernats/client';
import type { VolumeBindingArgs } from '../config/args.ts';
import type { Plugin } from '../framework/plugin.ts';
import type { VolumeBinder } from '../loop/volume-binder.ts';
import { type VolumeNeeds, volumeNeedsOf } from './volume-needs.ts';
import { planVolumes } from './volume-plan.ts';

/** Who sets the volumes of Pods aside and binds them. */
export type PodVolumes = Pick<VolumeBinder, 'assume' | 'bind' | 'restore'>;

/**
 * The volumes of the Pod's bound claims must be reachable from the node, and for the others there must be some, or be made: they are set aside for the
 * Pod, and bound before it.
 */
export const volumeBinding = ({ bindTimeoutSeconds }: VolumeBindingArgs, binder: PodVolumes): Plugin<VolumeNeeds> => ({
  name: 'VolumeBinding',
  preFilter(info, { volumes }) {
    if (info.claims.length === 0) return 'skip';
    const needs = volumeNeedsOf(info, volumes);
    return needs.refusal === undefined ? { state: needs } : { refusal: { reasons: [needs.refusal], unresolvable: true } };
  },
  filter(needs, _info, { node }) {
    const conflicts = node ? planVolumes(needs, node).conflicts : [];
    return conflicts.length === 0 ? undefined : { reasons: conflicts, unresolvable: true };
  },
  mayHelp: ({ claims }, event) => {
    switch (event.resource) {
      case 'PersistentVolumeClaim':
        return claims.includes(keyOf(event.object));
      case 'PersistentVolume': {
        // A volume that is set aside helps the Pods of its claim; a free one any Pod that looks for one.
        const { claimRef } = event.object.spec ?? {};
        return claimRef ? claims.includes(`${claimRef.namespace}/${claimRef.name}`) : claims.length > 0;
      }
      case 'StorageClass':
        return claims.length > 0;
      default:
        return false;
    }
  },
  reserve(needs, { pod }, { name, node }) {
    if (!needs || needs.delayed.length === 0 || !node) return undefined;
    const plan = binder.assume(planVolumes(needs, node), name);
    return {
      unreserve: () => binder.restore(plan),
      preBind: (signal) => binder.bind(pod, name, plan, { signal, timeoutMs: bindTimeoutSeconds * 1_000 }),
    };
  },
});
