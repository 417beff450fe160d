import type { UserInfo } from '../call.ts';

/** The parts of a client certificate's subject that count. A name may come several times. */
export interface CertificateSubject {
  CN?: string | string[];
  O?: string | string[];
}

const list = (value: string | string[] | undefined): string[] => (value === undefined ? [] : typeof value === 'string' ? [value] : value);

const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/**
 * The user that a verified certificate stands for: the common name, in the organisations as groups. The fingerprint (SHA-256, `AB:01:…`) tells
 * one certificate from another. Undefined without a name.
 */
export function certificateUser({ CN, O }: CertificateSubject, fingerprint: string): UserInfo | undefined {
  const [name] = list(CN);
  if (!name) return undefined;
  const groups = list(O).filter((group) => group !== 'system:authenticated' && group !== 'system:unauthenticated');
  const credential = `X509SHA256=${fingerprint.replaceAll(':', '').toLowerCase()}`;
  return { name, groups: [...groups, 'system:authenticated'], extra: { [CREDENTIAL_ID]: [credential] } };
}
