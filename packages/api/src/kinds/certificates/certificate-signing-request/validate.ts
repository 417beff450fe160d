// Source: the concept "Certificates and Certificate Signing Requests" and the API reference of CertificateSigningRequestSpec. Whether the
// request is one, and signed by its key, is looked at by the plug-in CertificateRequest: that takes a library, and time.
import { duplicate, type FieldPath, fieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CertificateSigningRequest } from '../../../../generated/types.ts';
import { FINAL_CONDITIONS } from './conditions.ts';
import { checkSignerName } from './signer-name.ts';

const SPEC = fieldPath('spec');
const SECONDS_LEAST = 600;
const STATUSES = ['False', 'True', 'Unknown'];
const USAGES = [
  ...['any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only'],
  ...['digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel', 'ipsec user', 'key agreement'],
  ...['key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime', 'server auth', 'signing', 'timestamping'],
];

export function validateRequest(request: CertificateSigningRequest): Cause[] {
  const out: Cause[] = [];
  const { usages = [], signerName = '', expirationSeconds } = request.spec ?? {};
  const at = SPEC.child('usages');
  if (usages.length === 0) out.push(required(at));
  for (const [i, usage] of usages.entries()) if (!USAGES.includes(usage)) out.push(notSupported(at.index(i), usage, USAGES));
  for (const [i, usage] of usages.entries()) if (usages.indexOf(usage) < i) out.push(duplicate(at.index(i), usage));
  checkSignerName(signerName, SPEC.child('signerName'), out);
  if (expirationSeconds !== undefined && expirationSeconds < SECONDS_LEAST) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    out.push(invalidValue(SPEC.child('expirationSeconds'), expirationSeconds, why));
  }
  checkConditions(request, fieldPath('status', 'conditions'), out);
  return out;
}

function checkConditions({ status }: CertificateSigningRequest, at: FieldPath, out: Cause[]): void {
  const seen = new Set<string>();
  for (const [i, { type = '', status: value = '' }] of (status?.conditions ?? []).entries()) {
    const path = at.index(i);
    if (type === '') out.push(required(path.child('type')));
    const allowed = FINAL_CONDITIONS.includes(type) ? ['True'] : STATUSES;
    if (value === '') out.push(required(path.child('status')));
    else if (!allowed.includes(value)) out.push(notSupported(path.child('status'), value, allowed));
    const opposite = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (opposite && seen.has(opposite)) {
      out.push(invalidValue(path.child('type'), type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (seen.has(type)) out.push(duplicate(path.child('type'), type));
    seen.add(type);
  }
}
