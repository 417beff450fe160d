import type { Clock } from '@kubernats/clock';
import { BACKDATE_MS, type CertificateAuthority, serialNumber } from './authority.ts';
import { ALGORITHM, generateKeyPair, privateKeyPem } from './keys.ts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from './x509.ts';

const ONE_YEAR_MS = 365 * 24 * 3600 * 1000;

export interface IssuedCertificate {
  certificatePem: string;
  privateKeyPem: string;
}

/** A server's certificate for the given DNS names and IP addresses. */
export function issueServerCertificate(
  deps: { clock: Clock },
  ca: CertificateAuthority,
  subject: { commonName: string; names: string[]; addresses: string[] },
): Promise<IssuedCertificate> {
  return issue(deps, ca, [{ CN: [subject.commonName] }], ExtendedKeyUsage.serverAuth, [
    new SubjectAlternativeNameExtension([
      ...subject.names.map((value) => ({ type: 'dns' as const, value })),
      ...subject.addresses.map((value) => ({ type: 'ip' as const, value })),
    ]),
  ]);
}

/** A client's certificate. The API server reads the user from the common name and the groups from the organisations. Valid for a year unless told otherwise. */
export function issueClientCertificate(
  deps: { clock: Clock },
  ca: CertificateAuthority,
  subject: { user: string; groups: string[]; validMs?: number },
): Promise<IssuedCertificate> {
  const name: JsonName = [...subject.groups.map((group) => ({ O: [group] })), { CN: [subject.user] }];
  return issue(deps, ca, name, ExtendedKeyUsage.clientAuth, [], subject.validMs);
}

async function issue(
  { clock }: { clock: Clock },
  ca: CertificateAuthority,
  subject: JsonName,
  usage: ExtendedKeyUsage,
  extensions: Extension[],
  validMs = ONE_YEAR_MS,
): Promise<IssuedCertificate> {
  const keys = await generateKeyPair();
  const now = clock.now();
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: ca.certificate.subject,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + validMs),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: ca.key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      await AuthorityKeyIdentifierExtension.create(ca.certificate),
      ...extensions,
    ],
  });
  return { certificatePem: `${certificate.toString('pem')}\n`, privateKeyPem: await privateKeyPem(keys.privateKey) };
}
