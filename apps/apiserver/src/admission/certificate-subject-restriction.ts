import { Buffer } from 'node:buffer';
import type { CertificateSigningRequest } from '@kubernats/api';
import { fieldPath, invalidValue } from '@kubernats/apimachinery';
import { forbidden, invalid } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { type Core, named } from '../core.ts';
import { strategyContext } from '../rest/write.ts';
import type { AdmissionPlugin } from './admission.ts';
import { isCertificateSigningRequest } from './certificate-rights.ts';

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
const SUPERUSERS = 'system:masters';

/**
 * A request must be one, signed by its key; and nobody becomes a superuser by a certificate that they ask for. Source: kube-apiserver's
 * validation of CertificateSigningRequests, and its plug-in CertificateSubjectRestriction.
 */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  mutate(core, call, draft, old) {
    if (old === undefined && isCertificateSigningRequest(call.row)) return restrict(core, call, draft);
  },
};

async function restrict(core: Core, { row, user }: Call, draft: Held): Promise<void> {
  const request = draft as CertificateSigningRequest;
  const { request: text = '', signerName } = request.spec ?? {};
  const { readCertificateRequest } = await import('@kubernats/pki');
  const read = readCertificateRequest(Buffer.from(text, 'base64').toString('utf8'));
  const found = await read.catch((error: Error) => error);
  const name = draft.metadata.name ?? '';
  if (found instanceof Error) {
    const others = row.strategy.validate?.(draft, strategyContext(core, user)) ?? [];
    throw invalid(row.group, row.kind, name, [invalidValue(fieldPath('spec', 'request'), text, found.message), ...others]);
  }
  if (signerName === CLIENT_SIGNER && found.organizations.includes(SUPERUSERS)) {
    throw forbidden(named(row), name, `use of ${CLIENT_SIGNER} signer with ${SUPERUSERS} group is not allowed`);
  }
}
