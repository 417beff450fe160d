import { Buffer } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { type CertificateSigningRequest, isApproved, isDenied, isFailed } from '@kubernats/api';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** When a request is not kept any longer: an hour after it was done with, a day while it waits, and no longer than its certificate. */
export function goneAtMs(request: CertificateSigningRequest): number {
  const { status, metadata } = request;
  const times = (status?.conditions ?? []).map(({ lastUpdateTime }) => Date.parse(lastUpdateTime ?? metadata?.creationTimestamp ?? ''));
  const since = times.length > 0 ? Math.min(...times) : Date.parse(metadata?.creationTimestamp ?? '');
  if (isDenied(request) || isFailed(request)) return since + HOUR_MS;
  if (!status?.certificate) return since + DAY_MS;
  return Math.min(expiresAtMs(status.certificate), isApproved(request) ? since + HOUR_MS : Number.POSITIVE_INFINITY);
}

/** The end of a certificate's life; of what is none it is now. */
function expiresAtMs(certificate: string): number {
  try {
    return new X509Certificate(Buffer.from(certificate, 'base64')).validToDate.getTime();
  } catch {
    return 0;
  }
}
