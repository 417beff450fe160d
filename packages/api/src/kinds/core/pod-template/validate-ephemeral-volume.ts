import { dns1123Subdomain, type FieldPath, forbiddenField, invalidValue, required, validateLabels } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { EphemeralVolumeSource, Volume } from '../../../../generated/types.ts';
import { checkAnnotations } from '../../../metadata/object-meta.ts';
import { asksForSomething } from '../../../validation/not-honoured.ts';
import { checkClaimSpec } from '../storage/validate-claim-spec.ts';

/** What the claim that is made takes over of the template's metadata. */
const TAKEN_OVER = new Set(['annotations', 'labels']);

/** The claim template of a volume that lives with its Pod. `path` is the template's. */
export function checkEphemeralVolume({ volumeClaimTemplate: template }: EphemeralVolumeSource, path: FieldPath, out: Cause[]): void {
  if (!template) {
    out.push(required(path));
    return;
  }
  const { metadata = {}, spec = {} } = template;
  checkAnnotations(metadata.annotations, path.child('metadata', 'annotations'), out);
  if (metadata.labels) out.push(...validateLabels(metadata.labels, path.child('metadata', 'labels')));
  for (const [field, value] of Object.entries(metadata)) {
    if (!TAKEN_OVER.has(field) && asksForSomething(value)) out.push(forbiddenField(path.child('metadata', field), 'cannot be set'));
  }
  checkClaimSpec(spec, path.child('spec'), out);
}

/** What can be told once the Pod's name is known, which names the claims that are made for it. */
export function checkCreatedClaims(pod: string, volumes: readonly Volume[], path: FieldPath, out: Cause[]): void {
  const created = new Set(volumes.flatMap(({ name, ephemeral }) => (ephemeral ? [`${pod}-${name}`] : [])));
  volumes.forEach(({ name, ephemeral, persistentVolumeClaim }, i) => {
    const at = path.index(i);
    if (ephemeral && name) {
      const claim = `${pod}-${name}`;
      for (const problem of dns1123Subdomain(claim)) {
        out.push(invalidValue(at.child('name'), name, `PVC name ${JSON.stringify(claim)}: ${problem}`));
      }
    }
    const used = persistentVolumeClaim?.claimName;
    if (used !== undefined && created.has(used)) {
      const why = 'must not reference a PVC that gets created for an ephemeral volume';
      out.push(invalidValue(at.child('persistentVolumeClaim', 'claimName'), used, why));
    }
  });
}
