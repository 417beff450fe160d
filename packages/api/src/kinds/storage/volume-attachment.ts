import { deepEqual, dns1123Subdomain, fieldPath, forbiddenField, invalidValue, required, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PersistentVolumeSpec, VolumeAttachment } from '../../../generated/types.ts';
import { VolumeAttachments } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { checkText, IMMUTABLE } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';
import { checkCsiDriverName } from './csi-driver-name.ts';

const SPEC = fieldPath('spec');
const SOURCE = SPEC.child('source');
const INLINE = SOURCE.child('inlineVolumeSpec');
const STATUS = fieldPath('status');
const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
const NOT_INLINE = 'may not be specified in the context of inline volumes';
const MESSAGE_LENGTH_MAX = 1024;
const METADATA_LENGTH_MAX = 256 * 1024;

function validate(attachment: VolumeAttachment): Cause[] {
  const out: Cause[] = [];
  checkCsiDriverName(attachment.spec?.attacher, SPEC.child('attacher'), out);
  checkSource(attachment, out);
  checkText(dns1123Subdomain, attachment.spec?.nodeName ?? '', SPEC.child('nodeName'), out);
  checkStatus(attachment, out);
  return out;
}

function checkSource({ spec }: VolumeAttachment, out: Cause[]): void {
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = spec?.source ?? {};
  if (name === undefined && inline === undefined) out.push(required(SOURCE, ONE_SOURCE));
  else if (name !== undefined && inline !== undefined) out.push(forbiddenField(SOURCE, ONE_SOURCE));
  else if (inline !== undefined) checkInline(inline, out);
  else if (name === '') out.push(required(SOURCE.child('persistentVolumeName'), 'must specify non empty persistentVolumeName'));
  if (name) checkText(dns1123Subdomain, name, SOURCE.child('persistentVolumeName'), out);
}

function checkInline({ claimRef, capacity = {}, csi, accessModes = [] }: PersistentVolumeSpec, out: Cause[]): void {
  if (claimRef) out.push(forbiddenField(INLINE.child('claimRef'), NOT_INLINE));
  if (Object.keys(capacity).length > 0) out.push(forbiddenField(INLINE.child('capacity'), NOT_INLINE));
  if (!csi) out.push(required(INLINE.child('csi'), 'has to be specified in the context of inline volumes'));
  if (accessModes.length === 0) out.push(required(INLINE.child('accessModes')));
  if (csi) {
    checkCsiDriverName(csi.driver, INLINE.child('csi', 'driver'), out);
    if (!csi.volumeHandle) out.push(required(INLINE.child('csi', 'volumeHandle')));
  }
}

function checkStatus({ status }: VolumeAttachment, out: Cause[]): void {
  for (const field of ['attachError', 'detachError'] as const) {
    const { message = '' } = status?.[field] ?? {};
    if (message.length > MESSAGE_LENGTH_MAX) out.push(tooLong(STATUS.child(field, 'message'), message, MESSAGE_LENGTH_MAX));
  }
  const entries = Object.entries(status?.attachmentMetadata ?? {});
  const length = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (length > METADATA_LENGTH_MAX) out.push(tooLong(STATUS.child('attachmentMetadata'), '', METADATA_LENGTH_MAX));
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
