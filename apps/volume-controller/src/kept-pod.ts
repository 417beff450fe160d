import type { Pod } from '@kubernats/api';

/** What is never anybody's claim, nor ever attached. */
const OF_THE_NODE = ['configMap', 'downwardAPI', 'emptyDir', 'hostPath', 'projected', 'secret'];

/** A Pod as this app needs it: whether it holds a volume. The rest is nearly all of a Pod, and there are tens of thousands. */
export function keptPod({ apiVersion, kind, metadata = {}, spec, status = {} }: Pod): Pod {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  const volumes = spec?.volumes?.filter((volume) => !OF_THE_NODE.some((field) => Object.hasOwn(volume, field)));
  const { phase, initContainerStatuses, containerStatuses, ephemeralContainerStatuses } = status;
  // Whether its containers still run counts from when it is to go.
  const containers = deletionTimestamp === undefined ? {} : { initContainerStatuses, containerStatuses, ephemeralContainerStatuses };
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds },
    spec: { containers: [], nodeName: spec?.nodeName, volumes },
    status: { phase, ...containers },
  };
}
