import type { Pod } from '@kubernats/api';

// What Pods are told, as kube-controller-manager words it.

export const attached = (volume: string): string => `AttachVolume.Attach succeeded for volume ${JSON.stringify(volume)} `;
export const failed = (volume: string, error: string): string =>
  `AttachVolume.Attach failed for volume ${JSON.stringify(volume)} : ${error}`;
export const silentAttacher = (driver: string, handle: string): string =>
  `timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${handle}`;

/** `holders`: the Pods on other nodes that use the volume. One is not told the names of those in other namespaces. */
export function taken(volume: string, pod: Pod, holders: readonly Pod[]): string {
  const local = holders.filter(({ metadata }) => metadata?.namespace === pod.metadata?.namespace).map(({ metadata }) => metadata?.name);
  const elsewhere = `${holders.length - local.length} pod(s) in different namespaces`;
  let why = "Volume is already exclusively attached to one node and can't be attached to another";
  if (local.length > 0) {
    why = `Volume is already used by pod(s) ${local.join(', ')}`;
    if (local.length < holders.length) why += ` and ${elsewhere}`;
  } else if (holders.length > 0) why = `Volume is already used by ${elsewhere}`;
  return `Multi-Attach error for volume ${JSON.stringify(volume)} ${why}`;
}
