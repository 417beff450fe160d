import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { type ClusterPaths, nameFlag } from '../state/paths.ts';

/** A certificate of a cluster's, as `kubeadm certs` names it. */
export interface CertificateRow {
  name: 'admin.conf' | 'apiserver' | 'front-proxy-client' | 'nats-server';
  /** What is said when it was renewed. */
  purpose: string;
  file(paths: ClusterPaths): string;
  /** Who has signed it. */
  authority: 'ca' | 'front-proxy-ca';
}

export const CERTIFICATES: readonly CertificateRow[] = [
  {
    name: 'admin.conf',
    purpose: 'certificate embedded in the kubeconfig file for the admin to use',
    file: ({ pki }) => join(pki, 'admin.crt'),
    authority: 'ca',
  },
  {
    name: 'apiserver',
    purpose: 'certificate for serving the Kubernetes API',
    file: ({ pki }) => join(pki, 'apiserver.crt'),
    authority: 'ca',
  },
  {
    name: 'front-proxy-client',
    purpose: 'certificate for the front proxy client',
    file: ({ pki }) => join(pki, 'front-proxy-client.crt'),
    authority: 'front-proxy-ca',
  },
  { name: 'nats-server', purpose: 'certificate for serving NATS to machines that join', file: ({ natsCert }) => natsCert, authority: 'ca' },
];

/** Those that the cluster has: NATS has one only where other machines join. */
export function certificatesOf(paths: ClusterPaths): CertificateRow[] {
  if (!existsSync(paths.pki)) {
    throw new Failure(`cluster ${paths.cluster} has no certificates yet. Make them with: ./kubernats up${nameFlag(paths)}`);
  }
  return CERTIFICATES.filter((row) => existsSync(row.file(paths)));
}

/** The first certificate of a file. */
export const certificateIn = (file: string): X509Certificate => new X509Certificate(readFileSync(file));
