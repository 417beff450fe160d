import { type APIService, KINDS } from '@kubernats/api';

/** Says that an APIService is the server's own, and since when. */
export const AUTOMANAGED = 'kube-aggregator.kubernetes.io/automanaged';
/** Kubernetes' own priorities: the core before all, then the groups as discovery lists them. */
const CORE_PRIORITY = 18_000;
const GROUP_PRIORITY = 17_800;
const STEP = 50;

/** Says of each version of each group that this server serves it itself. Source: kube-aggregator's automatic registration. */
export function localApiServices(): APIService[] {
  const versions = new Map(KINDS.map(({ group, version }) => [`${version}.${group}`, { group, version }]));
  const groups = [...new Set(KINDS.map(({ group }) => group))].filter((group) => group !== '');
  return [...versions].map(([name, { group, version }]) => ({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name, labels: { [AUTOMANAGED]: 'onstart' } },
    spec: {
      ...(group === '' ? {} : { group }),
      version,
      groupPriorityMinimum: group === '' ? CORE_PRIORITY : GROUP_PRIORITY - STEP * groups.indexOf(group),
      versionPriority: /^v\d+$/.test(version) ? 15 : 1,
    },
  }));
}
