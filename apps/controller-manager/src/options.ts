import { type ConfigOf, componentOptions, duration, integer, leaderOptions, option, share, text } from '@kubernats/runtime';
import { DEFAULTS } from './config.ts';
import type { AutoscalingSettings } from './horizontal-pod-autoscaling/settings.ts';

const { autoscaling } = DEFAULTS;

export const controllerManagerOptions = {
  ...componentOptions,
  ...leaderOptions,
  rootCaFile: option({ description: 'File with the authority that Pods find in kube-root-ca.crt, PEM.', schema: text, value: 'FILE' }),
  clusterSigningKeyFile: option({
    description: 'File with the key of that authority, PEM: it signs what CertificateSigningRequests ask for. Default: nothing is signed.',
    schema: text.optional(),
    value: 'FILE',
  }),
  clusterCidr: option({
    description: 'Range of the addresses of Pods, a part for each node. Default: nodes get none.',
    schema: text.optional(),
    value: 'CIDR',
  }),
  nodeCidrMaskSize: option({
    description: "Prefix length of one node's part.",
    schema: integer(1, 32),
    default: DEFAULTS.nodeCidrMaskSize,
    value: 'BITS',
  }),
  nodeMonitorGracePeriod: option({
    description: 'How long a node may be silent before it counts as unknown.',
    schema: duration,
    default: DEFAULTS.nodeMonitorGracePeriodMs,
    value: 'TIME',
  }),
  nodeStartupGracePeriod: option({
    description: 'The same for a node that has not reported yet.',
    schema: duration,
    default: DEFAULTS.nodeStartupGracePeriodMs,
    value: 'TIME',
  }),
  releaseNodesAfter: option({
    description: 'Delete Nodes whose machine took its name by itself and has counted as unknown for so long; 0 never.',
    schema: duration,
    default: DEFAULTS.releaseNodesAfterMs,
    value: 'TIME',
  }),
  terminatedPodGcThreshold: option({
    description: 'How many ended Pods are kept; 0 keeps all.',
    schema: integer(0, 1_000_000),
    default: DEFAULTS.terminatedPodGcThreshold,
    value: 'COUNT',
  }),
  horizontalPodAutoscalerSyncPeriod: option({
    description: 'How often each autoscaler looks at the use of its Pods.',
    schema: duration,
    default: autoscaling.syncPeriodMs,
    value: 'TIME',
  }),
  horizontalPodAutoscalerDownscaleStabilization: option({
    description: 'For how long a higher recommendation of an autoscaler holds back a lower one.',
    schema: duration,
    default: autoscaling.downscaleStabilizationMs,
    value: 'TIME',
  }),
  horizontalPodAutoscalerTolerance: option({
    description: 'How far use may be from its target, as a share of it, before an autoscaler does anything.',
    schema: share,
    default: autoscaling.tolerance,
    value: 'SHARE',
  }),
  horizontalPodAutoscalerCpuInitializationPeriod: option({
    description: 'For how long after its start the CPU of a Pod counts only while it is ready.',
    schema: duration,
    default: autoscaling.cpuInitializationPeriodMs,
    value: 'TIME',
  }),
  horizontalPodAutoscalerInitialReadinessDelay: option({
    description: 'For how long after its start a change of the readiness of a Pod counts as its first.',
    schema: duration,
    default: autoscaling.initialReadinessDelayMs,
    value: 'TIME',
  }),
};

/** What the options say of autoscalers. */
export const autoscalingOf = (config: ConfigOf<typeof controllerManagerOptions>): AutoscalingSettings => ({
  syncPeriodMs: config.horizontalPodAutoscalerSyncPeriod,
  downscaleStabilizationMs: config.horizontalPodAutoscalerDownscaleStabilization,
  tolerance: config.horizontalPodAutoscalerTolerance,
  cpuInitializationPeriodMs: config.horizontalPodAutoscalerCpuInitializationPeriod,
  initialReadinessDelayMs: config.horizontalPodAutoscalerInitialReadinessDelay,
});
