import type { FieldPath } from '@kubernats/apimachinery';
import type { Container, PodSpec } from '../../../../generated/types.ts';
import { notHonoured } from '../../../validation/not-honoured.ts';
import { DEPRECATED_SOURCES } from '../storage/not-honoured.ts';
import { absentSelectors, deprecatedLabels, doubtfulContainer, doubtfulFields } from './doubtful.ts';
import { POD_SPEC_NOT_HONOURED } from './not-honoured.ts';
import { portConflictWarnings } from './validate-port-conflicts.ts';

/** What a PodSpec's author is told in `Warning` headers: by Kubernetes' own rules, and of what has no effect here. */
export function podSpecWarnings(spec: PodSpec, path: FieldPath): string[] {
  const { initContainers = [], containers = [] } = spec;
  const ofContainers = (list: Container[], at: FieldPath) => list.flatMap((container, i) => doubtfulContainer(container, at.index(i)));
  const warnings = [
    ...deprecatedLabels(spec, path),
    ...absentSelectors(spec, path),
    ...doubtfulFields(spec, path),
    ...ofContainers(initContainers, path.child('initContainers')),
    ...ofContainers(containers, path.child('containers')),
  ];
  warnings.push(...portConflictWarnings(spec, path));
  warnings.push(...notHonoured(spec, POD_SPEC_NOT_HONOURED, path));
  spec.volumes?.forEach((volume, i) => {
    for (const source of Object.keys(volume)) {
      const why = DEPRECATED_SOURCES[source];
      if (why !== undefined) warnings.push(`${path.child('volumes').index(i).child(source)}: ${why}`);
    }
  });
  return warnings;
}
