import type { PodTemplateSpec } from '@kubernats/api';
import { canonical, safeHash } from '../canonical.ts';

export const TEMPLATE_HASH_LABEL = 'pod-template-hash';

const canonicalForms = new WeakMap<PodTemplateSpec, string>();

/** The template as text that does not depend on the order of keys, nor on the hash label, nor on nulls. */
export function canonicalTemplate(template: PodTemplateSpec): string {
  const known = canonicalForms.get(template);
  if (known !== undefined) return known;
  const { [TEMPLATE_HASH_LABEL]: _hash, ...labels } = template.metadata?.labels ?? {};
  const text = canonical({ ...template, metadata: { ...template.metadata, labels } });
  canonicalForms.set(template, text);
  return text;
}

/** Whether both make the same Pods. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return canonicalTemplate(a ?? {}) === canonicalTemplate(b ?? {});
}

/**
 * The value of the label `pod-template-hash`: a 32-bit FNV-1a hash of the template, spelled in Kubernetes' safe alphabet.
 * `collisionCount` gives another one when the name is taken by a different template.
 */
export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  return safeHash(canonicalTemplate(template) + (collisionCount === undefined ? '' : `\n${collisionCount}`));
}
