import { deepEqual, type FieldPath, fieldPath } from '@kubernats/apimachinery';
import type { PodTemplateSpec } from '../../../generated/types.ts';
import type { KubeObject } from '../../object.ts';
import { usageWarnings } from '../core/pod/warnings.ts';
import { deprecatedAnnotations } from '../core/pod-template/doubtful.ts';
import { podSpecWarnings } from '../core/pod-template/warnings.ts';

type WithTemplate = KubeObject & { spec?: { template?: PodTemplateSpec } };

/** Warnings of what a controller's Pods will be, given when the template is new or has changed. `at` is where it stands. */
export function templateWarnings(
  { spec }: WithTemplate,
  old: WithTemplate | undefined,
  at: FieldPath = fieldPath('spec', 'template'),
): string[] {
  const { template = {} } = spec ?? {};
  const podSpec = template.spec;
  const warnings = usageWarnings(template, old?.spec?.template);
  if (!podSpec || (old && deepEqual(podSpec, old.spec?.template?.spec))) return warnings;
  return [
    ...warnings,
    ...deprecatedAnnotations(template, at.child('metadata', 'annotations')),
    ...podSpecWarnings(podSpec, at.child('spec')),
  ];
}
