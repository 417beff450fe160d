import { type Node, type PersistentVolume, type PersistentVolumeClaim, PersistentVolumeClaims } from '@kubernats/api';
import { quantityOf } from '@kubernats/apimachinery';
import { referenceTo } from '@kubernats/client';
import { type CreatedVolume, csiDriverFor } from '@kubernats/volumes';
import { PROVISIONED_BY, PROVISIONER_FINALIZER } from '../annotations.ts';
import type { NewVolume } from './decide.ts';
import { affinityOf } from './topology.ts';

const NANOS = 10n ** 9n;

/** Bytes as a quantity: `5Gi`. */
export const bytesText = (bytes: number): string => quantityOf(BigInt(bytes) * NANOS, 'BinarySI').toString();

/** The PersistentVolume that tells of a volume that was made, set aside for its claim from the first moment. `lies`: the node that it is on. */
export function volumeOf(claim: PersistentVolumeClaim, made: CreatedVolume, lies: Node | undefined, plan: NewVolume): PersistentVolume {
  const { backend, storageClass, request, parameters, topologies } = plan;
  const driver = csiDriverFor(plan.driver, backend.name);
  const affinity = affinityOf(lies, topologies);
  const { accessModes, volumeMode, volumeAttributesClassName } = claim.spec ?? {};
  const { fsType } = parameters;
  const attributes = Object.keys(made.attributes).length > 0 ? { volumeAttributes: { ...made.attributes } } : {};
  const csi = { driver, volumeHandle: made.handle, ...(fsType === undefined ? {} : { fsType }), ...attributes };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: request.name,
      annotations: { [PROVISIONED_BY]: storageClass.provisioner },
      ...(storageClass.reclaimPolicy === 'Retain' ? {} : { finalizers: [PROVISIONER_FINALIZER] }),
    },
    spec: {
      capacity: { storage: bytesText(made.capacityBytes) },
      accessModes,
      volumeMode,
      claimRef: referenceTo(PersistentVolumeClaims, claim),
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      storageClassName: storageClass.metadata?.name,
      ...(storageClass.mountOptions?.length ? { mountOptions: storageClass.mountOptions } : {}),
      ...(volumeAttributesClassName ? { volumeAttributesClassName } : {}),
      ...(affinity ? { nodeAffinity: affinity } : {}),
      ...(made.source ?? { csi }),
    },
  };
}
