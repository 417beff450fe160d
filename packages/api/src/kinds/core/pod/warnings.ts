import { fieldPath } from '@kubernats/apimachinery';
import type { Pod } from '../../../../generated/types.ts';
import { podNameWarnings } from '../../../metadata/name-warnings.ts';
import { sameUsage, usageProblems } from '../../../usage/usage-annotations.ts';
import { deprecatedAnnotations } from '../pod-template/doubtful.ts';
import { podSpecWarnings } from '../pod-template/warnings.ts';

const ANNOTATIONS = fieldPath('metadata', 'annotations');

export const podWarnings = (pod: Pod, old: Pod | undefined): string[] => [
  ...(old ? [] : podNameWarnings(pod)),
  ...usageWarnings(pod, old),
  // An update of a Pod can change next to nothing that is warned of: its author has been told.
  ...(old || !pod.spec ? [] : [...deprecatedAnnotations(pod, ANNOTATIONS), ...podSpecWarnings(pod.spec, fieldPath('spec'))]),
];

/** Of annotations that make containers use something: unlike most of a Pod they can be changed at any time. */
export function usageWarnings({ metadata, spec }: Pick<Pod, 'metadata' | 'spec'>, old: Pick<Pod, 'metadata'> | undefined): string[] {
  const annotations = metadata?.annotations;
  if (sameUsage(annotations, old?.metadata?.annotations)) return [];
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec ?? {};
  return usageProblems(
    annotations,
    [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => name),
  );
}
