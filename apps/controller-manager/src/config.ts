import type { KindRef } from '@kubernats/api';
import { AUTOSCALING_DEFAULTS, type AutoscalingSettings } from './horizontal-pod-autoscaling/settings.ts';

/** How the controllers behave. Times are milliseconds; the defaults are kube-controller-manager's. */
export interface ControllerManagerConfig {
  /** PEM text for the ConfigMap `kube-root-ca.crt`. */
  rootCa: string;
  /** The authority that signs what CertificateSigningRequests ask for, PEM. Undefined: nothing is signed. */
  signing: { certificatePem: string; privateKeyPem: string } | undefined;
  /** What Pods' addresses are taken from, a part for each Node. Undefined: nodes get no podCIDR. */
  clusterCidr: string | undefined;
  /** How large a Node's part is. */
  nodeCidrMaskSize: number;
  /** How long a Node may be silent before it counts as unknown. */
  nodeMonitorGracePeriodMs: number;
  /** The same for a Node that has not reported yet. */
  nodeStartupGracePeriodMs: number;
  /** How long a Node is kept whose machine took its name by itself and is not heard of any more. 0: for ever. */
  releaseNodesAfterMs: number;
  /** How long the Pods of a Node that is gone are kept, in case it comes back. */
  podGcQuarantineMs: number;
  /** How many ended Pods are kept. 0: all. */
  terminatedPodGcThreshold: number;
  /** How long changes of Pods are gathered before a Service's endpoints are written. */
  endpointsBatchMs: number;
  autoscaling: AutoscalingSettings;
  /** The built-in kinds whose objects are collected with their owners and their namespaces. */
  kinds: readonly KindRef[];
}

export const DEFAULTS = {
  signing: undefined,
  clusterCidr: undefined,
  nodeCidrMaskSize: 24,
  nodeMonitorGracePeriodMs: 50_000,
  nodeStartupGracePeriodMs: 60_000,
  releaseNodesAfterMs: 0,
  podGcQuarantineMs: 40_000,
  terminatedPodGcThreshold: 12_500,
  endpointsBatchMs: 10,
  autoscaling: AUTOSCALING_DEFAULTS,
} satisfies Partial<ControllerManagerConfig>;
