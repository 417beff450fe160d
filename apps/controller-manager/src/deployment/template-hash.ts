import type { PodTemplateSpec } from '@kubernats/api';

export const TEMPLATE_HASH_LABEL = 'pod-template-hash';
// Kubernetes' alphabet for generated names: without vowels and look-alikes no word appears by accident.
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

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

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== null && field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
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
  let hash = 0x811c9dc5;
  const text = canonicalTemplate(template) + (collisionCount === undefined ? '' : `\n${collisionCount}`);
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return Array.from(String(hash >>> 0), (digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('');
}
