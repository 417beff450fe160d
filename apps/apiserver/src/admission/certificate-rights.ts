import type { CertificateSigningRequest, KindRow } from '@kubernats/api';
import { deepEqual, goQuote } from '@kubernats/apimachinery';
import { forbidden } from '@kubernats/errors';
import type { Call } from '../call.ts';
import { type Core, named } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';

export const isCertificateSigningRequest = ({ group, plural }: KindRow): boolean =>
  plural === 'certificatesigningrequests' && group === 'certificates.k8s.io';

/** Who decides on a request must have the right to approve for its signer. Source: kube-apiserver's plug-in CertificateApproval. */
export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  validate(core, call, draft, old) {
    if (!draft || !old || !isCertificateSigningRequest(call.row) || call.request.subresource !== 'approval') return;
    demandRight(core, call, old as CertificateSigningRequest, 'approve');
  },
};

/** Who issues a certificate must have the right to sign as its signer. Source: kube-apiserver's plug-in CertificateSigning. */
export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  validate(core, call, draft, old) {
    if (!draft || !old || !isCertificateSigningRequest(call.row) || call.request.subresource !== 'status') return;
    const [{ status: now = {} }, { status: before = {} }] = [draft as CertificateSigningRequest, old as CertificateSigningRequest];
    if (now.certificate === before.certificate && deepEqual(now.conditions ?? [], before.conditions ?? [])) return;
    demandRight(core, call, old as CertificateSigningRequest, 'sign');
  },
};

/** A right for one signer, or for all signers of its domain. */
function demandRight(core: Core, { row, user, request }: Call, { spec }: CertificateSigningRequest, verb: 'approve' | 'sign'): void {
  const { signerName } = spec;
  const [domain] = signerName.split('/');
  const isAllowed = [signerName, `${domain}/*`].some((name) => {
    const resource = { group: row.group, resource: 'signers', subresource: '', namespace: '', name };
    return core.authorizer.decide({ user, verb, resource }).allowed;
  });
  if (!isAllowed)
    throw forbidden(named(row), request.name ?? '', `user not permitted to ${verb} requests with signerName ${goQuote(signerName)}`);
}
