// R1: a field that kubernats does not act on is never silently accepted. This table says which; a feature that is built takes its
// line out. Paths as in the manifest; `[*]` is every element of a list.

/** Fields of a PodSpec that are kept and shown, and have no effect yet. */
export const POD_SPEC_NOT_HONOURED: readonly string[] = [
  'activeDeadlineSeconds',
  'affinity.podAffinity',
  'affinity.podAntiAffinity',
  'dnsConfig',
  'ephemeralContainers',
  'hostAliases',
  'hostIPC',
  'hostPID',
  'hostUsers',
  'imagePullSecrets',
  'overhead',
  'priorityClassName',
  'readinessGates',
  'resourceClaims',
  'resources',
  'runtimeClassName',
  'schedulingGroup',
  'securityContext',
  'setHostnameAsFQDN',
  'shareProcessNamespace',
  'topologySpreadConstraints',
  ...['containers[*]', 'initContainers[*]'].flatMap((container) =>
    [
      'env[*].valueFrom.fileKeyRef',
      'lifecycle',
      'livenessProbe',
      'readinessProbe',
      'resizePolicy',
      'restartPolicyRules',
      'securityContext',
      'startupProbe',
      'stdin',
      'tty',
      'volumeDevices',
      'volumeMounts[*].mountPropagation',
      'volumeMounts[*].recursiveReadOnly',
    ].map((field) => `${container}.${field}`),
  ),
];

/** The kinds of volume that are mounted. Any other leaves the Pod waiting, so it is named when the Pod is made. */
export const VOLUMES_HONOURED: ReadonlySet<string> = new Set(['emptyDir', 'hostPath', 'persistentVolumeClaim', 'configMap', 'secret']);
