import { type CertificateSigningRequest, isApproved, isDenied, isFailed } from '@kubernats/api';
import type { CertificateRequest } from '@kubernats/pki';
import { kubeletClientProblem, kubeletServingProblem } from './kubelet-requests.ts';

type Problem = (request: CertificateRequest, usages: readonly string[]) => string | undefined;

const SERVER_USAGES = new Set(['digital signature', 'key encipherment']);
const SECOND_MS = 1000;
const LEAST_MS = 10 * 60 * SECOND_MS;
/** As kube-controller-manager's `--cluster-signing-duration`. */
const USUAL_MS = 365 * 24 * 3600 * SECOND_MS;

/** Kubernetes' own signers that work here, and what each asks of a request. Source: "Kubernetes signers". */
export const SIGNERS: Readonly<Record<string, Problem>> = {
  'kubernetes.io/kube-apiserver-client': (_, usages) => clientUsagesProblem(usages),
  'kubernetes.io/kube-apiserver-client-kubelet': kubeletClientProblem,
  'kubernetes.io/kubelet-serving': kubeletServingProblem,
};

function clientUsagesProblem(usages: readonly string[]): string | undefined {
  const odd = usages.find((usage) => usage !== 'client auth' && !SERVER_USAGES.has(usage));
  if (odd !== undefined) return `invalid usage for client certificate: ${odd}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

/** Whether it is time to sign, and this is one of our signers. */
export const isToBeSigned = (request: CertificateSigningRequest): boolean =>
  isApproved(request) &&
  !isDenied(request) &&
  !isFailed(request) &&
  !request.status?.certificate &&
  Object.hasOwn(SIGNERS, request.spec.signerName);

/** How long the certificate is valid: as long as was asked for, but neither longer than usual nor shorter than makes sense. Milliseconds. */
export function validMs({ spec }: CertificateSigningRequest): number {
  if (spec.expirationSeconds === undefined) return USUAL_MS;
  return Math.min(USUAL_MS, Math.max(LEAST_MS, spec.expirationSeconds * SECOND_MS));
}
