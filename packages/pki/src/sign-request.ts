import type { Clock } from '@kubernats/clock';
import { BACKDATE_MS, type CertificateAuthority, serialNumber } from './authority.ts';
import type { CertificateRequest } from './certificate-request.ts';
import { ALGORITHM } from './keys.ts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from './x509.ts';

/** The usages of a CertificateSigningRequest that certificates name as what a key does. */
const KEY_USAGES: Readonly<Record<string, KeyUsageFlags>> = {
  signing: KeyUsageFlags.digitalSignature,
  'digital signature': KeyUsageFlags.digitalSignature,
  'content commitment': KeyUsageFlags.nonRepudiation,
  'key encipherment': KeyUsageFlags.keyEncipherment,
  'key agreement': KeyUsageFlags.keyAgreement,
  'data encipherment': KeyUsageFlags.dataEncipherment,
};
/** And those that they name as what it is for. */
const EXTENDED: Readonly<Record<string, ExtendedKeyUsage>> = {
  'server auth': ExtendedKeyUsage.serverAuth,
  'client auth': ExtendedKeyUsage.clientAuth,
};

/** Signs what was asked for. The certificate does not outlive its authority. Gives it as PEM. */
export async function signCertificateRequest(
  { clock }: { clock: Clock },
  ca: CertificateAuthority,
  request: CertificateRequest,
  { usages, validMs }: { usages: readonly string[]; validMs: number },
): Promise<string> {
  const now = clock.now();
  const { dnsNames, ipAddresses, parsed } = request;
  const names = [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const flags = usages.reduce((sum, usage) => sum | (KEY_USAGES[usage] ?? 0), 0);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: parsed.subject,
    issuer: ca.certificate.subject,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(Math.min(now + validMs - BACKDATE_MS, ca.certificate.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey: parsed.publicKey,
    signingKey: ca.key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      ...(flags === 0 ? [] : [new KeyUsagesExtension(flags, true)]),
      new ExtendedKeyUsageExtension(usages.flatMap((usage) => EXTENDED[usage] ?? [])),
      await AuthorityKeyIdentifierExtension.create(ca.certificate),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}
