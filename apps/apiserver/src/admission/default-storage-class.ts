import { isDefaultClass, type PersistentVolumeClaim, type StorageClass } from '@kubernats/api';
import { placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';

/** A claim that names no class gets the default one: the newest, where several say so. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  mutate(core, call, draft, old) {
    if (old !== undefined || call.row.plural !== 'persistentvolumeclaims' || call.row.group !== '') return;
    const claim: PersistentVolumeClaim = draft;
    if (!claim.spec || claim.spec.storageClassName !== undefined) return;
    let chosen: StorageClass | undefined;
    for (const stored of placeOfResource(core, 'storage.k8s.io', 'v1', 'storageclasses').cache.values()) {
      const each = stored.object as StorageClass;
      if (isDefaultClass(each) && (!chosen || isNewer(each, chosen))) chosen = each;
    }
    if (chosen) claim.spec.storageClassName = chosen.metadata?.name;
  },
};

function isNewer(a: StorageClass, b: StorageClass): boolean {
  const [at = '', bt = ''] = [a.metadata?.creationTimestamp, b.metadata?.creationTimestamp];
  return at === bt ? (a.metadata?.name ?? '') < (b.metadata?.name ?? '') : at > bt;
}
