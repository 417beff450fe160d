import { type Plugin, resolvable } from '../framework/plugin.ts';
import { usesExclusiveClaim } from './volume-needs.ts';

const IN_USE = resolvable('node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode');

/** V6: a claim of mode ReadWriteOncePod is one Pod's in the whole cluster, not only on a node. Other Pods wait until that one is gone. */
export const volumeRestrictions: Plugin = {
  name: 'VolumeRestrictions',
  preFilter: (info, { volumes }) => (usesExclusiveClaim(info, volumes) ? { state: undefined } : 'skip'),
  filter: () => IN_USE,
};
