import type { PeerCertificate } from 'node:tls';
import { rfc3339 } from '@kubernats/clock';
import { isAddress } from './webhook-target.ts';

/**
 * Why a server's certificate does not do, in the words of Go's crypto/x509. `code` is OpenSSL's, or Node's for a name that does not fit.
 */
export function certificateProblem(code: string, certificate: Partial<PeerCertificate>, serverName: string, nowMs: number): string {
  return `tls: failed to verify certificate: x509: ${reason(code, certificate, serverName, nowMs)}`;
}

function reason(code: string, certificate: Partial<PeerCertificate>, serverName: string, nowMs: number): string {
  const { valid_from = '', valid_to = '' } = certificate;
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `certificate has expired or is not yet valid: current time ${rfc3339(nowMs)} is after ${rfc3339(Date.parse(valid_to))}`;
    case 'CERT_NOT_YET_VALID':
      return `certificate has expired or is not yet valid: current time ${rfc3339(nowMs)} is before ${rfc3339(Date.parse(valid_from))}`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return nameProblem(certificate, serverName);
    case 'INVALID_PURPOSE':
      return 'certificate specifies an incompatible key usage';
    default:
      return 'certificate signed by unknown authority';
  }
}

function nameProblem({ subjectaltname = '', subject }: Partial<PeerCertificate>, wanted: string): string {
  const named = subjectaltname === '' ? [] : subjectaltname.split(', ');
  const of = (kind: string) => named.flatMap((name) => (name.startsWith(kind) ? [name.slice(kind.length)] : []));
  const addresses = of('IP Address:');
  if (isAddress(wanted)) {
    return addresses.length === 0
      ? `cannot validate certificate for ${wanted} because it doesn't contain any IP SANs`
      : `certificate is valid for ${addresses.join(', ')}, not ${wanted}`;
  }
  if (named.length === 0 && subject?.CN === wanted) return 'certificate relies on legacy Common Name field, use SANs instead';
  const names = of('DNS:');
  return names.length === 0
    ? `certificate is not valid for any names, but wanted to match ${wanted}`
    : `certificate is valid for ${names.join(', ')}, not ${wanted}`;
}
