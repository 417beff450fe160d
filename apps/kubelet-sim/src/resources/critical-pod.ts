import type { Pod } from '@kubernats/api';

/** From here on priorities are the cluster's own. Source: Kubernetes, "Guaranteed Scheduling For Critical Add-On Pods". */
const SYSTEM_CRITICAL = 2_000_000_000;

/** Whether the node must not give the Pod up: it is a static one, or critical to the cluster. */
export function isCriticalPod({ metadata, spec }: Pod): boolean {
  const { annotations } = metadata ?? {};
  const source = annotations?.['kubernetes.io/config.source'];
  if (annotations?.['kubernetes.io/config.mirror'] !== undefined || (source !== undefined && source !== 'api')) return true;
  return (spec?.priority ?? 0) >= SYSTEM_CRITICAL;
}
