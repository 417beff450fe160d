/** What proves who the server is, and whom it believes. PEM. */
export interface TlsMaterial {
  certificatePem: string;
  privateKeyPem: string;
  /** Who signs clients' certificates. */
  clientCaPem: string;
  /** Whose front proxies may say for whom they ask; absent: none may. */
  requestHeader?: RequestHeader | undefined;
  /** As whom the server asks extension API servers; absent: as nobody. */
  proxyClient?: { certificatePem: string; privateKeyPem: string } | undefined;
}

/** Source: kube-apiserver's `--requestheader-…`. */
export interface RequestHeader {
  /** Who signs the certificates of front proxies. */
  caPem: string;
  /** The common names that they may have; empty: any. */
  allowedNames: readonly string[];
}
