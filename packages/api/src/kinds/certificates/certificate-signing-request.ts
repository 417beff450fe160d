import type { CertificateSigningRequest } from '../../../generated/types.ts';
import { CertificateSigningRequests } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { humanDuration } from '../../table/human-duration.ts';
import { defineKind } from '../define.ts';
import { isApproved, isDenied, isFailed } from './certificate-signing-request/conditions.ts';
import { fillConditionTimes, prepareApproval, prepareRequest } from './certificate-signing-request/prepare.ts';
import { validateRequest } from './certificate-signing-request/validate.ts';
import { validateRequestUpdate } from './certificate-signing-request/validate-update.ts';

const MS = 1000;

function conditionText(request: CertificateSigningRequest): string {
  const decided = isDenied(request) ? 'Denied' : isApproved(request) ? 'Approved' : 'Pending';
  return [decided, ...(isFailed(request) ? ['Failed'] : []), ...(request.status?.certificate ? ['Issued'] : [])].join(',');
}

function durationText({ spec }: CertificateSigningRequest): string {
  const { expirationSeconds } = spec ?? {};
  return expirationSeconds === undefined ? '<none>' : humanDuration(expirationSeconds * MS);
}

export const certificateSigningRequestRow = defineKind<CertificateSigningRequest>(CertificateSigningRequests, {
  shortNames: ['csr'],
  hasStatus: true,
  // Its name is nobody's business.
  nameRule: () => [],
  subresources: [
    {
      name: 'approval',
      group: 'certificates.k8s.io',
      version: 'v1',
      kind: 'CertificateSigningRequest',
      verbs: ['get', 'patch', 'update'],
    },
  ],
  columns: [
    NAME,
    AGE,
    text('SignerName', 'Who is asked to sign.', ({ spec }) => spec?.signerName || '<none>'),
    text('Requestor', 'Who asks.', ({ spec }) => spec?.username ?? ''),
    text('RequestedDuration', 'How long the certificate should be valid.', durationText),
    text('Condition', 'What has become of it.', conditionText),
  ],
  fieldSelectors: { 'spec.signerName': ({ spec }) => spec?.signerName ?? '' },
  strategy: {
    prepareForCreate: prepareRequest,
    // What is asked for stays: only labels, annotations and the like can change.
    prepareForUpdate: (draft, old) => {
      draft.spec = old.spec;
    },
    prepareForStatusUpdate: fillConditionTimes,
    validate: validateRequest,
    validateUpdate: (next, old) => validateRequestUpdate(next, old),
    validateStatusUpdate: (next, old) => [...validateRequest(next), ...validateRequestUpdate(next, old, { certificate: true })],
    subresources: {
      approval: {
        prepareForUpdate: prepareApproval,
        validateUpdate: (next, old) => validateRequestUpdate(next, old, { approval: true }),
      },
    },
    countsGeneration: false,
  },
});
