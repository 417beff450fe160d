export { type CertificateAuthority, createCertificateAuthority, loadCertificateAuthority } from './authority.ts';
export { type CertificateRequest, createCertificateRequest, readCertificateRequest } from './certificate-request.ts';
export { type IssuedCertificate, issueClientCertificate, issueServerCertificate } from './issue.ts';
export { kubeconfig } from './kubeconfig.ts';
export { signCertificateRequest } from './sign-request.ts';
export { createSigningKey } from './signing-key.ts';
