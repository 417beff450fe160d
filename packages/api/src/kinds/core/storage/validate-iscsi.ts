import { type FieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ISCSIPersistentVolumeSource, ISCSIVolumeSource } from '../../../../generated/types.ts';
import { between } from '../../../validation/basics.ts';

/** The names that a node or a target can have. Source: RFC 3720, "iSCSI Names". */
const NAMES = [/^iqn\.\d{4}-\d{2}\.([a-zA-Z0-9.-]+)(:[^,;*&$|\s]+)$/, /^eui\.[a-zA-Z0-9]{16}$/, /^naa\.[a-zA-Z0-9]{32}$/];
const MALFORMED = 'must be valid format';
const LABEL_LENGTH_MAX = 64;
const TOO_LONG = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

export function checkIscsi(source: ISCSIVolumeSource | ISCSIPersistentVolumeSource, name: string, path: FieldPath, out: Cause[]): void {
  const { targetPortal = '', iqn, lun = 0, initiatorName, secretRef, chapAuthDiscovery, chapAuthSession } = source;
  if (!targetPortal) out.push(required(path.child('targetPortal')));
  if (initiatorName !== undefined && `${name}:${targetPortal}`.length > LABEL_LENGTH_MAX) {
    out.push(invalidValue(path.child('targetportal'), targetPortal, TOO_LONG));
  }
  if (!iqn) out.push(required(path.child('iqn')));
  else if (!isName(iqn)) out.push(invalidValue(path.child('iqn'), iqn, MALFORMED));
  between(lun, 0, 255, path.child('lun'), out);
  if ((chapAuthDiscovery || chapAuthSession) && !secretRef) out.push(required(path.child('secretRef')));
  if (secretRef && !secretRef.name) out.push(required(path.child('secretRef', 'name')));
  if (initiatorName !== undefined && !isName(initiatorName)) {
    out.push(invalidValue(path.child('initiatorname'), initiatorName, MALFORMED));
  }
}

const isName = (text: string): boolean => NAMES.some((pattern) => pattern.test(text));
