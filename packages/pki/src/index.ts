export { type CertificateAuthority, createCertificateAuthority, loadCertificateAuthority } from './authority.ts';
export { issueClientCertificate, issueServerCertificate, type IssuedCertificate } from './issue.ts';
export { kubeconfig } from './kubeconfig.ts';
export { createSigningKey } from './signing-key.ts';
