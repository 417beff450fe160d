import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { realClock } from '@kubernats/clock';
import type { CertificateAuthority } from '@kubernats/pki';
import { Failure } from '../failure.ts';
import type { ClusterPaths } from './paths.ts';

/** The names of the API server by which clients check its certificate: its own, and those of the `kubernetes` Service. */
export const serverNames = (addresses: readonly string[]): { names: string[]; addresses: string[] } => ({
  names: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
  addresses: [...addresses],
});

const FILES = ['ca.crt', 'ca.key', 'apiserver.crt', 'apiserver.key', 'admin.crt', 'admin.key', 'sa.key', 'sa.pub'] as const;

export interface PkiFiles {
  caCert: string;
  serverCert: string;
  serverKey: string;
  signingKey: string;
  signingPublicKey: string;
}

/** Makes the cluster's certificates once; a later start finds them. A folder with a part missing is refused by name. */
export async function ensurePki(paths: ClusterPaths, names: { names: string[]; addresses: string[] }): Promise<PkiFiles> {
  if (existsSync(paths.pki)) {
    const missing = FILES.filter((file) => !existsSync(join(paths.pki, file)));
    if (missing.length > 0) {
      throw new Failure(
        `${paths.pki} is incomplete: ${missing.join(', ')} missing.\n` +
          `Put the file back, or remove the folder for new certificates (the kubeconfig is then written anew).`,
      );
    }
  } else {
    await createPki(paths, names);
  }
  const file = (name: (typeof FILES)[number]): string => join(paths.pki, name);
  return {
    caCert: file('ca.crt'),
    serverCert: file('apiserver.crt'),
    serverKey: file('apiserver.key'),
    signingKey: file('sa.key'),
    signingPublicKey: file('sa.pub'),
  };
}

/** All of it is made in a folder beside and moved at once: there is no half-made PKI. */
async function createPki(paths: ClusterPaths, names: { names: string[]; addresses: string[] }): Promise<void> {
  const pki = await import('@kubernats/pki');
  const deps = { clock: realClock };
  const ca = await pki.createCertificateAuthority(deps, 'kubernats-ca');
  const [server, admin, signing] = await Promise.all([
    pki.issueServerCertificate(deps, ca, { commonName: 'kube-apiserver', ...names }),
    pki.issueClientCertificate(deps, ca, { user: 'kubernetes-admin', groups: ['system:masters'] }),
    pki.createSigningKey(),
  ]);
  mkdirSync(dirname(paths.pki), { recursive: true });
  const made = mkdtempSync(`${paths.pki}.new-`);
  try {
    const content: Record<(typeof FILES)[number], string> = {
      'ca.crt': ca.certificatePem,
      'ca.key': ca.privateKeyPem,
      'apiserver.crt': server.certificatePem,
      'apiserver.key': server.privateKeyPem,
      'admin.crt': admin.certificatePem,
      'admin.key': admin.privateKeyPem,
      'sa.key': signing.privateKeyPem,
      'sa.pub': signing.publicKeyPem,
    };
    for (const [name, text] of Object.entries(content))
      writeFileSync(join(made, name), text, { mode: name.endsWith('.key') ? 0o600 : 0o644 });
    chmodSync(made, 0o700);
    renameSync(made, paths.pki);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** The authority of an existing cluster, to issue more certificates. */
export async function loadAuthority(paths: ClusterPaths): Promise<CertificateAuthority> {
  const { loadCertificateAuthority } = await import('@kubernats/pki');
  const read = (name: string): string => readFileSync(join(paths.pki, name), 'utf8');
  return loadCertificateAuthority({ certificatePem: read('ca.crt'), privateKeyPem: read('ca.key') });
}

/** What kubeconfigs call the cluster. */
export const clusterName = ({ cluster }: ClusterPaths): string => (cluster === 'default' ? 'kubernats' : `kubernats-${cluster}`);

/** Writes the administrator's kubeconfig, with the certificate that `ensurePki` made. */
export async function writeKubeconfig(paths: ClusterPaths, server: string): Promise<void> {
  writeFileSync(`${paths.kubeconfig}.new`, await adminKubeconfig(paths, server), { mode: 0o600 });
  renameSync(`${paths.kubeconfig}.new`, paths.kubeconfig);
}

/** The text of it. */
export async function adminKubeconfig(paths: ClusterPaths, server: string): Promise<string> {
  const { kubeconfig } = await import('@kubernats/pki/kubeconfig');
  const read = (name: string): string => readFileSync(join(paths.pki, name), 'utf8');
  return kubeconfig({
    cluster: clusterName(paths),
    server,
    caPem: read('ca.crt'),
    user: 'kubernetes-admin',
    client: { certificatePem: read('admin.crt'), privateKeyPem: read('admin.key') },
  });
}
