// R1: a field that kubernats does not act on is never silently accepted. This table says which; a feature that is built takes its
// line out.
import type { NotHonoured } from '../../../validation/not-honoured.ts';

const OF_CONTAINERS = [
  'env[*].valueFrom.fileKeyRef',
  'lifecycle',
  'livenessProbe',
  'ports[*].hostPort',
  'ports[*].protocol=SCTP',
  'readinessProbe',
  'resizePolicy',
  'restartPolicyRules',
  'securityContext',
  'startupProbe',
  'terminationMessagePath!=/dev/termination-log',
  'terminationMessagePolicy=FallbackToLogsOnError',
  'volumeDevices',
  'volumeMounts[*].mountPropagation',
  'volumeMounts[*].recursiveReadOnly',
];

/** Fields of a PodSpec that are kept and shown, and have no effect yet. */
export const POD_SPEC_NOT_HONOURED: NotHonoured = [
  'affinity.podAffinity',
  'affinity.podAntiAffinity',
  'dnsConfig',
  'ephemeralContainers',
  'hostAliases',
  'hostIPC',
  'hostPID',
  'hostUsers=false',
  'imagePullSecrets',
  'resourceClaims',
  'resources',
  'runtimeClassName',
  'schedulingGroup',
  'securityContext',
  'setHostnameAsFQDN',
  'shareProcessNamespace',
  'subdomain',
  'topologySpreadConstraints',
  'volumes[*].emptyDir.medium',
  'volumes[*].projected.sources[*].clusterTrustBundle',
  'volumes[*].projected.sources[*].podCertificate',
  'volumes[*].projected.sources[*].serviceAccountToken',
  ...['containers[*]', 'initContainers[*]'].flatMap((container) => OF_CONTAINERS.map((field) => `${container}.${field}`)),
];

/** The kinds of volume that are mounted. Any other leaves the Pod waiting, so it is named when the Pod is made. */
export const VOLUMES_HONOURED: ReadonlySet<string> = new Set([
  'configMap',
  'downwardAPI',
  'emptyDir',
  'hostPath',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
