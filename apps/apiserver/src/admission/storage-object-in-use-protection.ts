import type { AdmissionPlugin } from './admission.ts';

const FINALIZERS = new Map([
  ['persistentvolumes', 'kubernetes.io/pv-protection'],
  ['persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
]);

/** V6: volumes and claims are protected from their first moment, not only once the volume-controller has seen them. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate(_core, { row }, draft, old) {
    const finalizer = row.group === '' ? FINALIZERS.get(row.plural) : undefined;
    if (old !== undefined || finalizer === undefined) return;
    const { finalizers = [] } = draft.metadata;
    if (!finalizers.includes(finalizer)) draft.metadata.finalizers = [...finalizers, finalizer];
  },
};
