const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates of a text, PEM each. */
export const certificatesIn = (pem: string): string[] => pem.match(CERTIFICATE) ?? [];
