import type { CertificateRequest } from '@kubernats/pki';

const NODE_PREFIX = 'system:node:';
const NODES = 'system:nodes';
const CLIENT = ['client auth', 'digital signature'];
const SERVING = ['digital signature', 'server auth'];
const OPTIONAL = 'key encipherment';

/** Why a request is not one of a kubelet for its client certificate; undefined: it is one. Source: "Kubernetes signers". */
export function kubeletClientProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  const problem = nodeProblem(request);
  if (problem) return problem;
  if (request.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed';
  if (request.ipAddresses.length > 0) return 'IP subjectAltNames are not allowed';
  return otherNamesProblem(request) ?? usagesProblem(usages, CLIENT);
}

/** Why a request is not one of a kubelet for the certificate that it serves with. */
export function kubeletServingProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  const problem = nodeProblem(request);
  if (problem) return problem;
  if (request.dnsNames.length + request.ipAddresses.length === 0) return 'DNS or IP subjectAltName is required';
  return otherNamesProblem(request) ?? usagesProblem(usages, SERVING);
}

function nodeProblem({ organizations, commonName }: CertificateRequest): string | undefined {
  if (organizations.length !== 1 || organizations[0] !== NODES) return 'subject organization is not system:nodes';
  return commonName.startsWith(NODE_PREFIX) ? undefined : `subject common name does not begin with ${NODE_PREFIX}`;
}

function otherNamesProblem({ emailAddresses, uris }: CertificateRequest): string | undefined {
  if (emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  return uris.length > 0 ? 'URI subjectAltNames are not allowed' : undefined;
}

function usagesProblem(usages: readonly string[], wanted: readonly string[]): string | undefined {
  const asked = usages.filter((usage) => usage !== OPTIONAL).toSorted();
  return asked.join() === wanted.join() ? undefined : `usages did not match [${[...wanted, OPTIONAL].join(' ')}]`;
}
