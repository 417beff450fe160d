// R1: a field that kubernats does not act on is never silently accepted. This table says which; a feature that is built takes its
// line out.
import type { NotHonoured } from '../../../validation/not-honoured.ts';
import { SOURCES_NOT_HONOURED } from '../storage/not-honoured.ts';
import { CLAIM_SPEC_NOT_HONOURED } from '../storage/validate-claim-spec.ts';

const OF_CONTAINERS = [
  'ports[*].protocol=SCTP',
  'restartPolicyRules[*].action=RestartAllContainers',
  'securityContext',
  'volumeDevices',
  'volumeMounts[*].mountPropagation=Bidirectional',
  'volumeMounts[*].mountPropagation=HostToContainer',
];

/** Fields of a PodSpec that are kept and shown, and have no effect yet. */
export const POD_SPEC_NOT_HONOURED: NotHonoured = [
  'hostIPC',
  'hostPID',
  'ephemeralContainers[*].targetContainerName',
  'hostUsers=false',
  'os.name=windows',
  'resourceClaims',
  'resources',
  'runtimeClassName',
  'schedulingGroup',
  'securityContext',
  'shareProcessNamespace',
  'volumes[*].emptyDir.medium=HugePages',
  'volumes[*].emptyDir.medium=HugePages-1Gi',
  'volumes[*].emptyDir.medium=HugePages-2Mi',
  'volumes[*].image',
  'volumes[*].projected.sources[*].clusterTrustBundle',
  'volumes[*].projected.sources[*].podCertificate',
  ...SOURCES_NOT_HONOURED.map((field) => `volumes[*].${field}`),
  ...CLAIM_SPEC_NOT_HONOURED.map((field) => `volumes[*].ephemeral.volumeClaimTemplate.spec.${field}`),
  ...['containers[*]', 'initContainers[*]', 'ephemeralContainers[*]'].flatMap((container) =>
    OF_CONTAINERS.map((field) => `${container}.${field}`),
  ),
];
