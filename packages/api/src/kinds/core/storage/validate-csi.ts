import { dns1123Label, dns1123Subdomain, type FieldPath, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CSIPersistentVolumeSource, CSIVolumeSource } from '../../../../generated/types.ts';
import { checkText, requiredText } from '../../../validation/basics.ts';
import { checkCsiDriverName } from '../../storage/csi-driver-name.ts';

const SECRETS = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'] as const;

/** `spec.csi` of a PersistentVolume. */
export function checkCsiVolume(csi: CSIPersistentVolumeSource, path: FieldPath, out: Cause[]): void {
  checkCsiDriverName(csi.driver, path.child('driver'), out);
  if (!csi.volumeHandle) out.push(required(path.child('volumeHandle')));
  for (const field of SECRETS) {
    const secret = csi[field];
    if (!secret) continue;
    requiredText(dns1123Subdomain, secret.name, path.child(field, 'name'), out);
    requiredText(dns1123Label, secret.namespace, path.child(field, 'namespace'), out);
  }
}

/** `csi` of a Pod's volume. */
export function checkInlineCsi({ driver, nodePublishSecretRef: secret }: CSIVolumeSource, path: FieldPath, out: Cause[]): void {
  checkCsiDriverName(driver, path.child('driver'), out);
  if (!secret) return;
  if (!secret.name) out.push(required(path.child('nodePublishSecretRef', 'name')));
  else checkText(dns1123Subdomain, secret.name, path.child('name'), out);
}
