import {
  type CronJob,
  type DaemonSet,
  type Deployment,
  daemonTolerations,
  type Job,
  type KubeObject,
  type Pod,
  type PodTemplateSpec,
  type StatefulSet,
} from '@kubernats/api';
import type { PlannedWorkload } from '@kubernats/explain';

/** The Pods that an object of a kind asks for. */
export interface Wanted {
  template: PodTemplateSpec;
  count: PlannedWorkload['count'];
  /** Volumes that come with each Pod, by the names that its containers mount. */
  claimed?: readonly string[];
  note?: string;
}

export interface WorkloadKind {
  wanted(object: never): Wanted;
  /** One that is there already cannot be created again; or it is changed, and its Pods with it; or its Pods are others anyway. */
  existing: 'refused' | 'changed' | 'others';
}

const NO_TEMPLATE: PodTemplateSpec = {};

const replicas: WorkloadKind = {
  wanted: ({ spec }: Deployment) => ({ template: spec?.template ?? NO_TEMPLATE, count: spec?.replicas ?? 1 }),
  existing: 'changed',
};

function ofJob({ spec }: Job): Wanted {
  const { parallelism = 1, completions = parallelism, suspend } = spec ?? {};
  const template = spec?.template ?? NO_TEMPLATE;
  return suspend ? { template, count: 0, note: 'is suspended' } : { template, count: Math.min(parallelism, completions) };
}

/** The kinds that make Pods, and Pods themselves, by `group/plural`. */
export const WORKLOAD_KINDS: ReadonlyMap<string, WorkloadKind> = new Map<string, WorkloadKind>([
  ['/pods', { wanted: ({ metadata, spec }: Pod) => ({ template: { metadata, spec }, count: 1 }), existing: 'refused' }],
  ['apps/deployments', replicas],
  ['apps/replicasets', replicas],
  ['/replicationcontrollers', replicas],
  [
    'apps/statefulsets',
    {
      wanted: ({ spec }: StatefulSet) => ({
        template: spec?.template ?? NO_TEMPLATE,
        count: spec?.replicas ?? 1,
        claimed: (spec?.volumeClaimTemplates ?? []).flatMap(({ metadata }) => metadata?.name ?? []),
      }),
      existing: 'changed',
    },
  ],
  [
    'apps/daemonsets',
    {
      wanted({ spec }: DaemonSet) {
        const template = spec?.template ?? NO_TEMPLATE;
        const tolerations = daemonTolerations(template.spec ?? { containers: [] });
        return { template: { ...template, spec: { containers: [], ...template.spec, tolerations } }, count: 'eachNode' };
      },
      existing: 'changed',
    },
  ],
  ['batch/jobs', { wanted: ofJob, existing: 'refused' }],
  ['batch/cronjobs', { wanted: ({ spec }: CronJob) => ofJob({ spec: spec?.jobTemplate?.spec } as Job), existing: 'others' }],
]);

/** The template of one of those that are changed. */
export const templateOf = (object: KubeObject): unknown => (object as Deployment).spec?.template;
