import type { Pod } from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import { PageOwners } from '@kubernats/containers';
import type { VolumePlugin } from './volume.ts';

/**
 * V1: a folder that lives as long as the Pod. On the disk it may grow: a Pod that keeps more than `sizeLimit` in it is evicted
 * (resources/eviction/local-storage.ts). In memory `sizeLimit` is its quota, and the memory that the Pod may have; what a container writes there
 * counts as its memory; and it is lost when its node loses its power. Source: Kubernetes, "emptyDir".
 */
export const emptyDir: VolumePlugin = {
  field: 'emptyDir',
  async setUp({ pod, place, volume, own }) {
    const { sizeLimit, medium } = volume.emptyDir ?? {};
    const folder = await own('kubernetes.io~empty-dir', 0o777);
    if (medium !== 'Memory') return { inMemory: false, files: folder };
    // Memory is empty after a boot of the node; a disk is not.
    await folder.remove('/');
    const limits = [quantityValue(sizeLimit), memoryOf(pod), quantityValue(place.allocatable.memory)].filter((bytes) => bytes > 0);
    const files = limits.length === 0 ? folder : folder.scope('/', { quotaBytes: Math.min(...limits) });
    return { inMemory: true, files, pageOwners: new PageOwners() };
  },
};

/** The memory that all containers together may have, in bytes; 0 when one has no limit. */
function memoryOf({ spec }: Pod): number {
  const limits = (spec?.containers ?? []).map(({ resources }) => quantityValue(resources?.limits?.memory));
  return limits.includes(0) ? 0 : limits.reduce((sum, bytes) => sum + bytes, 0);
}
