import { Buffer } from 'node:buffer';
import { ALGORITHM, generateKeyPair, privateKeyPem } from './keys.ts';
import { Pkcs10CertificateRequest, Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from './x509.ts';

/** What a PKCS#10 request asks for. Source: RFC 2986. */
export interface CertificateRequest {
  commonName: string;
  organizations: string[];
  dnsNames: string[];
  ipAddresses: string[];
  /** Other names, by their kinds: none of Kubernetes' own signers takes any. */
  emailAddresses: string[];
  uris: string[];
  /** The parsed request, for whoever signs it. */
  parsed: Pkcs10CertificateRequest;
}

/** What a client makes to ask for a certificate: a new key, and a request that is signed by it. */
export async function createCertificateRequest(subject: {
  commonName: string;
  organizations?: string[];
  dnsNames?: string[];
}): Promise<{ requestPem: string; privateKeyPem: string }> {
  const keys = await generateKeyPair();
  const { commonName, organizations = [], dnsNames = [] } = subject;
  const names = dnsNames.map((value) => ({ type: 'dns' as const, value }));
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [...organizations.map((O) => ({ O: [O] })), { CN: [commonName] }],
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : [],
  });
  return { requestPem: `${request.toString('pem')}\n`, privateKeyPem: await privateKeyPem(keys.privateKey) };
}

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const PEM = /^\s*-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE REQUEST-----/;

/** Reads a request and checks that it is signed by the key that it is for. Throws an Error that says what is wrong, as Kubernetes says it. */
export async function readCertificateRequest(pem: string): Promise<CertificateRequest> {
  const [, base64] = PEM.exec(pem) ?? [];
  if (base64 === undefined) throw new Error('PEM block type must be CERTIFICATE REQUEST');
  const parsed = parse(Buffer.from(base64, 'base64'));
  if (!(await parsed.verify().catch(() => false))) throw new Error('x509: the signature is not one of the key of the request');
  const extension = parsed.getExtension(SUBJECT_ALTERNATIVE_NAME);
  const names = extension ? new SubjectAlternativeNameExtension(extension.rawData).names.items : [];
  const namesOf = (type: string): string[] => names.filter((name) => name.type === type).map(({ value }) => value);
  return {
    commonName: parsed.subjectName.getField('CN').join(','),
    organizations: parsed.subjectName.getField('O'),
    dnsNames: namesOf('dns'),
    ipAddresses: namesOf('ip'),
    emailAddresses: namesOf('email'),
    uris: namesOf('url'),
    parsed,
  };
}

function parse(der: Uint8Array<ArrayBuffer>): Pkcs10CertificateRequest {
  try {
    return new Pkcs10CertificateRequest(der);
  } catch {
    throw new Error('x509: malformed certificate request');
  }
}
