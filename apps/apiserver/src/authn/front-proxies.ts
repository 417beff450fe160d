import { X509Certificate } from 'node:crypto';
import type { CertificateSubject } from './certificate-user.ts';
import { certificatesIn } from './certificates-in.ts';

/** Those that are believed when they say for whom they ask. */
export class FrontProxies {
  readonly #authorities: readonly X509Certificate[];
  readonly #allowedNames: readonly string[];

  /** Throws for an authority that cannot be read. Nobody is one without `trust`. */
  constructor(trust: { caPem: string; allowedNames: readonly string[] } | undefined) {
    this.#authorities = certificatesIn(trust?.caPem ?? '').map((pem) => new X509Certificate(pem));
    this.#allowedNames = trust?.allowedNames ?? [];
  }

  get areNone(): boolean {
    return this.#authorities.length === 0;
  }

  /** Whether a certificate was signed by their authority: then it is no client's, whatever it is called. */
  haveSigned(certificate: X509Certificate): boolean {
    return this.#authorities.some((authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey));
  }

  /** Whether a front proxy may have this subject. */
  allow({ CN }: CertificateSubject): boolean {
    return this.#allowedNames.length === 0 || (typeof CN === 'string' && this.#allowedNames.includes(CN));
  }
}
