import type { Pod } from '@kubernats/api';

/** A Pod as this app needs it: whether it holds a claim. The rest is nearly all of a Pod, and there are tens of thousands. */
export function keptPod({ apiVersion, kind, metadata = {}, spec, status }: Pod): Pod {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  const volumes = spec?.volumes?.filter((volume) => volume.persistentVolumeClaim ?? volume.ephemeral);
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds },
    spec: { containers: [], nodeName: spec?.nodeName, volumes },
    status: { phase: status?.phase },
  };
}
