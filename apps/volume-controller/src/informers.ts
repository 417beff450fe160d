import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  PersistentVolumes,
  type Pod,
  Pods,
  storageClassOf,
} from '@kubernats/api';
import type { Informer, InformerSet } from '@kubernats/client';
import { BIND_COMPLETED } from './annotations.ts';

// The indexes that the loops share. Each is a function of one object, so that an event costs the same in every cluster.

/** Of what is still free: by class. */
export const BY_CLASS = 'class';
/** Volumes: by the claim that they are set aside for. Pods: by the claims that they use. */
export const BY_CLAIM = 'claim';
/** Claims: by the volume that they name. */
export const BY_VOLUME = 'volume';
/** Claims: by the class of attributes that they ask for. */
export const BY_ATTRIBUTES_CLASS = 'attributes-class';

export function claimInformer(informers: InformerSet): Informer<PersistentVolumeClaim> {
  const claims = informers.of(PersistentVolumeClaims);
  claims.addIndex(BY_CLASS, (claim) => (claim.metadata?.annotations?.[BIND_COMPLETED] === undefined ? [storageClassOf(claim)] : []));
  claims.addIndex(BY_VOLUME, ({ spec }) => (spec?.volumeName ? [spec.volumeName] : []));
  claims.addIndex(BY_ATTRIBUTES_CLASS, ({ spec }) => (spec?.volumeAttributesClassName ? [spec.volumeAttributesClassName] : []));
  return claims;
}

export function volumeInformer(informers: InformerSet): Informer<PersistentVolume> {
  const volumes = informers.of(PersistentVolumes);
  volumes.addIndex(BY_CLASS, (volume) => (volume.spec?.claimRef ? [] : [storageClassOf(volume)]));
  volumes.addIndex(BY_CLAIM, ({ spec }) => (spec?.claimRef ? [`${spec.claimRef.namespace}/${spec.claimRef.name}`] : []));
  return volumes;
}

/** The claims that a Pod uses, as keys; those of its ephemeral volumes bear its name. */
export function claimsOf({ metadata, spec }: Pod): string[] {
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim = persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata?.name}-${name}` : undefined);
    return claim === undefined ? [] : [`${metadata?.namespace}/${claim}`];
  });
}

export function podInformer(informers: InformerSet): Informer<Pod> {
  const pods = informers.of(Pods);
  pods.addIndex(BY_CLAIM, claimsOf);
  return pods;
}
