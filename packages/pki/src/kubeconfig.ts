import { stringify } from 'yaml';
import type { IssuedCertificate } from './issue.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A kubeconfig (`clientcmd/v1.Config`) with one cluster, one user and its certificate inside. `server` is the URL. */
export function kubeconfig(of: {
  cluster: string;
  server: string;
  caPem: string;
  user: string;
  client: IssuedCertificate;
  namespace?: string;
}): string {
  const context = of.user === 'kubernetes-admin' ? of.cluster : `${of.user}@${of.cluster}`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [{ name: of.cluster, cluster: { server: of.server, 'certificate-authority-data': base64(of.caPem) } }],
    contexts: [{ name: context, context: { cluster: of.cluster, user: of.user, ...(of.namespace ? { namespace: of.namespace } : {}) } }],
    users: [
      {
        name: of.user,
        user: { 'client-certificate-data': base64(of.client.certificatePem), 'client-key-data': base64(of.client.privateKeyPem) },
      },
    ],
  });
}
