import { defaultClass, namesClass, type PersistentVolumeClaim, type StorageClass } from '@kubernats/api';
import { placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';

/** A claim that names no class gets the default one. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  mutate(core, call, draft, old) {
    if (old !== undefined || call.row.plural !== 'persistentvolumeclaims' || call.row.group !== '') return;
    const claim: PersistentVolumeClaim = draft;
    if (!claim.spec || namesClass(claim)) return;
    const { cache } = placeOfResource(core, 'storage.k8s.io', 'v1', 'storageclasses');
    const chosen = defaultClass(Array.from(cache.values(), ({ object }) => object as StorageClass));
    if (chosen) claim.spec.storageClassName = chosen.metadata?.name;
  },
};
