import { type CertificateSigningRequest, isApproved, isDenied } from '@kubernats/api';
import type { CertificateRequest } from '@kubernats/pki';
import { kubeletClientProblem } from '../csrsigning/kubelet-requests.ts';

const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';

/** What a request is recognized as: who may create that subresource has it approved. */
export interface Recognized {
  subresource: 'selfnodeclient' | 'nodeclient';
  message: string;
}

const SELF: Recognized = {
  subresource: 'selfnodeclient',
  message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
};
const NODE: Recognized = { subresource: 'nodeclient', message: 'Auto approving kubelet client certificate after SubjectAccessReview.' };

export const isToBeDecided = (request: CertificateSigningRequest): boolean =>
  request.spec.signerName === KUBELET_CLIENT && !isApproved(request) && !isDenied(request) && !request.status?.certificate;

/** Only requests of kubelets for their client certificates are recognized: for that of their own node, or for any. */
export function recognize({ spec }: CertificateSigningRequest, asked: CertificateRequest): Recognized[] {
  if (kubeletClientProblem(asked, spec.usages ?? []) !== undefined) return [];
  return spec.username === asked.commonName ? [SELF, NODE] : [NODE];
}
