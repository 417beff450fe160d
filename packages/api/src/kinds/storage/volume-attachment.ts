import { deepEqual, dns1123Subdomain, fieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { VolumeAttachment } from '../../../generated/types.ts';
import { VolumeAttachments } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { checkText, IMMUTABLE } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';

const SPEC = fieldPath('spec');

function validate({ spec }: VolumeAttachment): Cause[] {
  const out: Cause[] = [];
  if (!spec?.attacher) out.push(required(SPEC.child('attacher')));
  else checkText(dns1123Subdomain, spec.attacher.toLowerCase(), SPEC.child('attacher'), out);
  const { persistentVolumeName, inlineVolumeSpec } = spec?.source ?? {};
  if (inlineVolumeSpec === undefined && !persistentVolumeName)
    out.push(required(SPEC.child('source'), 'must specify one of inlineVolumeSpec and persistentVolumeName'));
  if (inlineVolumeSpec !== undefined && persistentVolumeName) {
    out.push(invalidValue(SPEC.child('source'), spec?.source, 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'));
  }
  if (!spec?.nodeName) out.push(required(SPEC.child('nodeName')));
  else checkText(dns1123Subdomain, spec.nodeName, SPEC.child('nodeName'), out);
  return out;
}

export const volumeAttachmentRow = defineKind<VolumeAttachment>(VolumeAttachments, {
  hasStatus: true,
  columns: [
    NAME,
    text('Attacher', 'The driver that attaches.', ({ spec }) => spec?.attacher ?? ''),
    text('PV', 'The volume that is attached.', ({ spec }) => spec?.source?.persistentVolumeName ?? ''),
    text('Node', 'The node that it is attached to.', ({ spec }) => spec?.nodeName ?? ''),
    text('Attached', 'Whether it is attached by now.', ({ status }) => String(status?.attached ?? false)),
    AGE,
  ],
  strategy: {
    validate,
    validateUpdate: (next, old) => (deepEqual(next.spec, old.spec) ? [] : [invalidValue(SPEC, next.spec, IMMUTABLE)]),
    countsGeneration: false,
  },
});
