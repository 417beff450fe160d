import type { Pod } from '../../../generated/types.ts';
import { Pods } from '../../refs.ts';
import { defineKind, PROXY_VERBS } from '../define.ts';
import { podColumns } from './pod/columns.ts';
import { defaultPod } from './pod/default.ts';
import { ephemeralContainersUpdate } from './pod/ephemeral-containers.ts';
import { podGracePeriodSeconds, preparePodForCreate, preparePodForStatusUpdate } from './pod/prepare.ts';
import { resizeUpdate } from './pod/resize.ts';
import { validatePod, validatePodCreate } from './pod/validate.ts';
import { validatePodUpdate } from './pod/validate-update.ts';
import { podWarnings } from './pod/warnings.ts';

export const podRow = defineKind<Pod>(Pods, {
  shortNames: ['po'],
  categories: ['all'],
  hasStatus: true,
  subresources: [
    { name: 'attach', group: '', version: 'v1', kind: 'PodAttachOptions', verbs: ['create', 'get'], connect: true },
    { name: 'binding', group: '', version: 'v1', kind: 'Binding', verbs: ['create'] },
    { name: 'ephemeralcontainers', group: '', version: 'v1', kind: 'Pod', verbs: ['get', 'patch', 'update'] },
    { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
    { name: 'exec', group: '', version: 'v1', kind: 'PodExecOptions', verbs: ['create', 'get'], connect: true },
    // Ours: why the Pod is where it is, or waits (docs/scheduling.md).
    { name: 'explain', group: 'kubernats.dev', version: 'v1', kind: 'PodExplanation', verbs: ['get'], connect: true },
    { name: 'log', group: '', version: 'v1', kind: 'Pod', verbs: ['get'] },
    { name: 'portforward', group: '', version: 'v1', kind: 'PodPortForwardOptions', verbs: ['create', 'get'], connect: true },
    { name: 'proxy', group: '', version: 'v1', kind: 'PodProxyOptions', verbs: [...PROXY_VERBS], connect: true },
    { name: 'resize', group: '', version: 'v1', kind: 'Pod', verbs: ['get', 'patch', 'update'] },
  ],
  columns: podColumns,
  strategy: {
    returnsDeleted: true,
    default: defaultPod,
    prepareForCreate: preparePodForCreate,
    prepareForStatusUpdate: preparePodForStatusUpdate,
    validate: validatePod,
    validateCreate: validatePodCreate,
    validateUpdate: validatePodUpdate,
    warnings: podWarnings,
    gracePeriodSeconds: podGracePeriodSeconds,
    subresources: { ephemeralcontainers: ephemeralContainersUpdate, resize: resizeUpdate },
  },
  fieldSelectors: {
    'spec.nodeName': (pod) => pod.spec?.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec?.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec?.hostNetwork ?? false),
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': (pod) => pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '',
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
  },
});
