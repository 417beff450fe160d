import { webcrypto } from 'node:crypto';
import type { Clock } from '@kubernats/clock';
import { ALGORITHM, generateKeyPair, importPrivateKey, privateKeyPem } from './keys.ts';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

cryptoProvider.set(webcrypto);

const TEN_YEARS_MS = 10 * 365 * 24 * 3600 * 1000;
/** Clocks of two machines differ: a certificate is valid from a little before it was made. */
export const BACKDATE_MS = 5 * 60 * 1000;

/** What signs a cluster's certificates. */
export interface CertificateAuthority {
  certificatePem: string;
  privateKeyPem: string;
  certificate: X509Certificate;
  key: webcrypto.CryptoKey;
}

/** Makes a self-signed authority, valid for ten years. */
export async function createCertificateAuthority(deps: { clock: Clock }, commonName: string): Promise<CertificateAuthority> {
  const keys = await generateKeyPair();
  const now = deps.clock.now();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + TEN_YEARS_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate,
    key: keys.privateKey,
    certificatePem: `${certificate.toString('pem')}\n`,
    privateKeyPem: await privateKeyPem(keys.privateKey),
  };
}

/** The authority that `createCertificateAuthority` made earlier, from its two PEM texts. */
export async function loadCertificateAuthority(pem: { certificatePem: string; privateKeyPem: string }): Promise<CertificateAuthority> {
  return { ...pem, certificate: new X509Certificate(pem.certificatePem), key: await importPrivateKey(pem.privateKeyPem) };
}

/** 16 random bytes as hex; the first bit is clear, as a serial number is positive. */
export function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return Buffer.from(bytes).toString('hex');
}
