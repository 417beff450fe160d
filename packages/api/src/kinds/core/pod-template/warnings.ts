import type { FieldPath } from '@kubernats/apimachinery';
import type { PodSpec } from '../../../../generated/types.ts';
import { notHonoured } from '../../../validation/not-honoured.ts';
import { DEPRECATED_SOURCES } from '../storage/not-honoured.ts';
import { POD_SPEC_NOT_HONOURED } from './not-honoured.ts';
import { portConflictWarnings } from './validate-port-conflicts.ts';

const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
};

/** What a PodSpec's author is told in `Warning` headers: by Kubernetes' own rules, and of what has no effect here. */
export function podSpecWarnings(spec: PodSpec, path: FieldPath): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const why = DEPRECATED_LABELS[key];
    if (why !== undefined) warnings.push(`${path.child('nodeSelector').key(key)}: ${why}`);
  }
  for (const [list, containers] of Object.entries({ initContainers: spec.initContainers, containers: spec.containers })) {
    containers?.forEach(({ env }, c) => {
      const seen = new Map<string, number>();
      env?.forEach(({ name }, e) => {
        const at = path.child(list).index(c).child('env');
        const first = seen.get(name);
        if (first === undefined) seen.set(name, e);
        else warnings.push(`${at.index(e)}: hides previous definition of "${name}", which may be dropped when using apply`);
      });
    });
  }
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
