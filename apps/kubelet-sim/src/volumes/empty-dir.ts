import { quantityValue } from '@kubernats/apimachinery';
import type { VolumePlugin } from './volume.ts';

/** V1: a folder that lives as long as the Pod. `sizeLimit` is its quota. */
export const emptyDir: VolumePlugin = {
  field: 'emptyDir',
  async setUp({ volume, own }) {
    const folder = await own('kubernetes.io~empty-dir');
    const limit = volume.emptyDir?.sizeLimit;
    return limit === undefined || quantityValue(limit) === 0 ? folder : folder.scope('/', { quotaBytes: quantityValue(limit) });
  },
};
