import { type PersistentVolumeClaim, type StorageClass, storageClassOf } from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import { forbidden } from '@kubernats/errors';
import { named, placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';

const NOT_ALLOWED = 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';

const storageOf = ({ spec }: PersistentVolumeClaim): number => quantityValue(spec?.resources?.requests?.storage);

/** V6: a claim may grow only when it is bound and its class says `allowVolumeExpansion`. */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  validate(core, call, draft, old) {
    const { row } = call;
    if (row.group !== '' || row.plural !== 'persistentvolumeclaims' || draft === undefined || old === undefined) return;
    const [claim, before]: PersistentVolumeClaim[] = [draft, old];
    if (!claim || !before || storageOf(claim) <= storageOf(before)) return;
    const refuse = (why: string) => forbidden(named(row), draft.metadata.name ?? '', why);
    if (before.status?.phase !== 'Bound') throw refuse('Only bound persistent volume claims can be expanded');
    const className = storageClassOf(claim);
    const classes = placeOfResource(core, 'storage.k8s.io', 'v1', 'storageclasses').cache;
    const storageClass = className === '' ? undefined : (classes.get('', className)?.object as StorageClass | undefined);
    if (storageClass?.allowVolumeExpansion !== true || storageClassOf(before) !== className) throw refuse(NOT_ALLOWED);
  },
};
