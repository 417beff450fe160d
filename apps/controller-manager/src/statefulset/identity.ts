import type { Pod, PodTemplateSpec, StatefulSet } from '@kubernats/api';
import { podFromTemplate } from '../pods/from-template.ts';
import { REVISION_LABEL } from '../revisions/revision.ts';
import { claimName } from './claims.ts';

// Who a Pod of a StatefulSet is. Source: the StatefulSet concept, "Pod Identity".

const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';
const ORDINAL_MAX = 2 ** 31 - 1;

export const startOf = (set: StatefulSet): number => set.spec?.ordinals?.start ?? 0;
export const replicasOf = (set: StatefulSet): number => set.spec?.replicas ?? 1;
export const podName = (set: StatefulSet, ordinal: number): string => `${set.metadata?.name}-${ordinal}`;

/** The ordinal of a Pod by its name; undefined: it is none of the set's. */
export function ordinalOf(set: StatefulSet, { metadata }: Pod): number | undefined {
  const prefix = `${set.metadata?.name}-`;
  const name = metadata?.name ?? '';
  if (!name.startsWith(prefix)) return undefined;
  const digits = name.slice(prefix.length);
  return /^(0|[1-9]\d{0,9})$/.test(digits) && Number(digits) <= ORDINAL_MAX ? Number(digits) : undefined;
}

/** The labels that say who the Pod is, and that it has not. Undefined: it has. */
export function missingLabels({ metadata }: Pod, ordinal: number): Record<string, string> | undefined {
  if (metadata?.labels?.[POD_NAME_LABEL] === metadata?.name) return undefined;
  return identityLabels(metadata?.name ?? '', ordinal);
}

const identityLabels = (name: string, ordinal: number): Record<string, string> => ({
  [POD_NAME_LABEL]: name,
  [POD_INDEX_LABEL]: `${ordinal}`,
});

export const revisionOf = ({ metadata }: Pod): string | undefined => metadata?.labels?.[REVISION_LABEL];

/** The Pod of an ordinal: with its name as hostname, in the domain of the set's Service, and with volumes for its claims. */
export function memberPod(set: StatefulSet, template: PodTemplateSpec, ordinal: number, revision: string): Pod {
  const { metadata, spec, ...pod } = podFromTemplate(template, set);
  const { generateName: _generated, ...rest } = metadata ?? {};
  const name = podName(set, ordinal);
  const claimed = (set.spec?.volumeClaimTemplates ?? []).map(({ metadata: { name: volume = '' } = {} }) => ({
    name: volume,
    persistentVolumeClaim: { claimName: claimName(set, volume, ordinal) },
  }));
  const own = (spec?.volumes ?? []).filter((volume) => !claimed.some((claim) => claim.name === volume.name));
  return {
    ...pod,
    metadata: { ...rest, name, labels: { ...rest.labels, ...identityLabels(name, ordinal), [REVISION_LABEL]: revision } },
    spec: {
      ...spec,
      containers: spec?.containers ?? [],
      hostname: name,
      ...(set.spec?.serviceName && { subdomain: set.spec.serviceName }),
      ...(claimed.length + own.length > 0 && { volumes: [...claimed, ...own] }),
    },
  };
}
