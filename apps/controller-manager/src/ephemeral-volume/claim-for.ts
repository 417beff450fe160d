import type { EphemeralVolumeSource, PersistentVolumeClaim, Pod } from '@kubernats/api';
import { ownerReferenceTo } from '@kubernats/apimachinery';

/** The claim for an ephemeral volume: what the Pod's author wrote in the template, and the Pod as the owner that it goes with. */
export function claimFor(pod: Pod, name: string, { volumeClaimTemplate }: EphemeralVolumeSource): PersistentVolumeClaim {
  const { labels, annotations } = volumeClaimTemplate?.metadata ?? {};
  const owner = { apiVersion: 'v1', kind: 'Pod', metadata: pod.metadata };
  return {
    metadata: { name, namespace: pod.metadata?.namespace, labels, annotations, ownerReferences: [ownerReferenceTo(owner)] },
    spec: volumeClaimTemplate?.spec,
  };
}
