import { componentOptions, duration, integer, leaderOptions, option, text } from '@kubernats/runtime';
import { DEFAULTS } from './config.ts';

export const controllerManagerOptions = {
  ...componentOptions,
  ...leaderOptions,
  rootCaFile: option({ description: 'File with the authority that Pods find in kube-root-ca.crt, PEM.', schema: text, value: 'FILE' }),
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
};
