import type {
  PersistentVolumeClaim,
  Pod,
  PodAffinityTerm,
  ResourceQuota,
  ScopedResourceSelectorRequirement,
} from '../../generated/types.ts';
import { qosClass } from '../kinds/core/pod/qos.ts';
import type { KubeObject } from '../object.ts';

/** Whether the quota counts the object: all of its scopes hold. Scopes select among Pods (and claims, by their class of attributes) alone. */
export function countsFor({ spec }: ResourceQuota, group: string, plural: string, object: KubeObject): boolean {
  const requirements = [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  if (requirements.length === 0) return true;
  if (group === '' && plural === 'pods') return requirements.every((requirement) => podHolds(object as Pod, requirement));
  if (group === '' && plural === 'persistentvolumeclaims')
    return requirements.every((requirement) => claimHolds(object as PersistentVolumeClaim, requirement));
  return false;
}

function podHolds(pod: Pod, requirement: ScopedResourceSelectorRequirement): boolean {
  const { spec } = pod;
  switch (requirement.scopeName) {
    case 'Terminating':
      return spec?.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return spec?.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return spec !== undefined && qosClass(spec) === 'BestEffort';
    case 'NotBestEffort':
      return spec !== undefined && qosClass(spec) !== 'BestEffort';
    case 'CrossNamespacePodAffinity':
      return reachesOtherNamespaces(pod);
    case 'PriorityClass':
      return selects(requirement, spec?.priorityClassName);
    default:
      return false;
  }
}

function claimHolds({ spec, status }: PersistentVolumeClaim, requirement: ScopedResourceSelectorRequirement): boolean {
  if (requirement.scopeName !== 'VolumeAttributesClass') return false;
  return [spec?.volumeAttributesClassName, status?.currentVolumeAttributesClassName].some((name) => selects(requirement, name));
}

function selects({ operator, values = [] }: ScopedResourceSelectorRequirement, value: string | undefined): boolean {
  const there = value !== undefined && value !== '';
  if (operator === 'Exists') return there;
  if (operator === 'DoesNotExist') return !there;
  return operator === 'In' ? there && values.includes(value) : !(there && values.includes(value));
}

function reachesOtherNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  const terms = [podAffinity, podAntiAffinity].flatMap((each): PodAffinityTerm[] => [
    ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some(({ namespaces, namespaceSelector }) => (namespaces?.length ?? 0) > 0 || namespaceSelector !== undefined);
}
