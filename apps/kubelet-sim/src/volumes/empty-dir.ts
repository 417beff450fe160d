import type { VolumePlugin } from './volume.ts';

/** V1: a folder that lives as long as the Pod. A Pod that keeps more than `sizeLimit` in it is evicted (resources/eviction/local-storage.ts). */
export const emptyDir: VolumePlugin = {
  field: 'emptyDir',
  setUp: ({ own }) => own('kubernetes.io~empty-dir'),
};
