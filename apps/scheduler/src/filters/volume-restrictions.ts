import type { Filter } from './filter.ts';

const IN_USE = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';

/** V6: a claim of mode ReadWriteOncePod is one Pod's in the whole cluster, not only on a node. Other Pods wait until that one is gone. */
export const volumeRestrictions: Filter = {
  name: 'VolumeRestrictions',
  check: ({ volumes }) => (volumes.exclusiveInUse ? { reasons: [IN_USE], unresolvable: false } : undefined),
};
