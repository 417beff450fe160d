import { Buffer } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { deepEqual, fieldPath, forbiddenField, goQuote, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CertificateSigningRequest } from '../../../../generated/types.ts';
import { conditionsOf, FINAL_CONDITIONS } from './conditions.ts';

const CONDITIONS = fieldPath('status', 'conditions');
const CERTIFICATE = fieldPath('status', 'certificate');

/** What the way allows by which the update came: `approval` to decide, `status` to issue. */
interface Allowed {
  approval?: boolean;
  certificate?: boolean;
}

export function validateRequestUpdate(next: CertificateSigningRequest, old: CertificateSigningRequest, allowed: Allowed = {}): Cause[] {
  const out: Cause[] = [];
  for (const type of FINAL_CONDITIONS) {
    if (conditionsOf(next, type).length < conditionsOf(old, type).length) {
      out.push(forbiddenField(CONDITIONS, `updates may not remove a condition of type ${goQuote(type)}`));
    } else if (!allowed.approval && type !== 'Failed') checkDecision(type, next, old, out);
  }
  checkCertificate(next, old, allowed, out);
  return out;
}

function checkDecision(type: string, next: CertificateSigningRequest, old: CertificateSigningRequest, out: Cause[]): void {
  const [now, before] = [conditionsOf(next, type), conditionsOf(old, type)];
  if (now.length > before.length) out.push(forbiddenField(CONDITIONS, `updates may not add a condition of type ${goQuote(type)}`));
  else if (!deepEqual(now, before)) out.push(forbiddenField(CONDITIONS, `updates may not modify a condition of type ${goQuote(type)}`));
}

function checkCertificate(
  { status }: CertificateSigningRequest,
  { status: old }: CertificateSigningRequest,
  { certificate: mayIssue }: Allowed,
  out: Cause[],
): void {
  const [now = '', before = ''] = [status?.certificate, old?.certificate];
  if (now === before) return;
  const problem = now === '' ? undefined : pemProblem(Buffer.from(now, 'base64').toString('utf8'));
  if (problem !== undefined) out.push(invalidValue(CERTIFICATE, '<certificate data>', problem));
  if (!mayIssue) out.push(forbiddenField(CERTIFICATE, 'updates may not set certificate content'));
  else if (before !== '') out.push(forbiddenField(CERTIFICATE, 'updates may not modify existing certificate content'));
}

const BLOCK = /-----BEGIN ([^-]+)-----\r?\n([\s\S]*?)-----END \1-----/g;

/** What is wrong with certificates as text. */
function pemProblem(pem: string): string | undefined {
  let blocks = 0;
  for (const [block, type = '', content = ''] of pem.matchAll(BLOCK)) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${goQuote(type)}`;
    if (content.includes(':')) return 'no PEM block headers are permitted';
    try {
      new X509Certificate(block);
    } catch {
      return 'x509: malformed certificate';
    }
    blocks++;
  }
  return blocks === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}
