/** What proves who the server is, and whom it believes. PEM. */
export interface TlsMaterial {
  certificatePem: string;
  privateKeyPem: string;
  /** Who signs clients' certificates. */
  clientCaPem: string;
}
