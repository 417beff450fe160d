import { X509Certificate } from 'node:crypto';
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

/** The common name of who asks extension API servers for others. */
export const FRONT_PROXY_NAME = 'front-proxy-client';

const FILES = ['ca.crt', 'ca.key', 'apiserver.crt', 'apiserver.key', 'admin.crt', 'admin.key', 'sa.key', 'sa.pub'] as const;

/** What lets the API server ask extension API servers for others; clusters from before there was such a thing get it at their next start. */
const FRONT_PROXY_FILES = ['front-proxy-ca.crt', 'front-proxy-ca.key', 'front-proxy-client.crt', 'front-proxy-client.key'] as const;
type FileName = (typeof FILES)[number] | (typeof FRONT_PROXY_FILES)[number];

export interface PkiFiles {
  caCert: string;
  caKey: string;
  serverCert: string;
  serverKey: string;
  signingKey: string;
  signingPublicKey: string;
  frontProxyCaCert: string;
  frontProxyClientCert: string;
  frontProxyClientKey: string;
}

/** Makes the cluster's certificates once; a later start finds them, and renews the server's where its addresses are others. A folder with a part missing is refused by name. */
export async function ensurePki(paths: ClusterPaths, names: { names: string[]; addresses: string[] }): Promise<PkiFiles> {
  if (existsSync(paths.pki)) {
    const isOld = FRONT_PROXY_FILES.every((file) => !existsSync(join(paths.pki, file)));
    const missing = [...FILES, ...(isOld ? [] : FRONT_PROXY_FILES)].filter((file) => !existsSync(join(paths.pki, file)));
    if (missing.length > 0) {
      throw new Failure(
        `${paths.pki} is incomplete: ${missing.join(', ')} missing.\n` +
          `Put the file back, or remove the folder for new certificates (the kubeconfig is then written anew).`,
      );
    }
    await renewServerCertificate(paths, names);
    if (isOld) writeFiles(paths.pki, await createFrontProxy());
    else if (!isGood(join(paths.pki, 'front-proxy-client.crt'), [])) await renewFrontProxyClient(paths);
  } else {
    await createPki(paths, names);
  }
  const file = (name: FileName): string => join(paths.pki, name);
  return {
    caCert: file('ca.crt'),
    caKey: file('ca.key'),
    serverCert: file('apiserver.crt'),
    serverKey: file('apiserver.key'),
    signingKey: file('sa.key'),
    signingPublicKey: file('sa.pub'),
    frontProxyCaCert: file('front-proxy-ca.crt'),
    frontProxyClientCert: file('front-proxy-client.crt'),
    frontProxyClientKey: file('front-proxy-client.key'),
  };
}

/** Certificates last a year; one that has less left than this is made anew at a start. */
const RENEW_BEFORE_MS = 30 * 24 * 3600 * 1000;

/** Whether a server's certificate is good for the addresses, and for a while. */
function isGood(file: string, addresses: readonly string[]): boolean {
  if (!existsSync(file)) return false;
  const certificate = new X509Certificate(readFileSync(file));
  return (
    addresses.every((address) => certificate.checkIP(address) !== undefined) &&
    certificate.validToDate.getTime() > realClock.now() + RENEW_BEFORE_MS
  );
}

async function renewServerCertificate(paths: ClusterPaths, names: { names: string[]; addresses: string[] }): Promise<void> {
  const [cert, key] = [join(paths.pki, 'apiserver.crt'), join(paths.pki, 'apiserver.key')];
  if (isGood(cert, names.addresses)) return;
  const { issueServerCertificate } = await import('@kubernats/pki');
  const made = await issueServerCertificate({ clock: realClock }, await loadAuthority(paths), { commonName: 'kube-apiserver', ...names });
  writePair({ cert, key }, made.certificatePem, made.privateKeyPem);
}

/** Makes the certificate of a NATS server that others reach at the address: after it in the file is the authority's, so that who joins sees that too. */
export async function ensureNatsCertificate(paths: ClusterPaths, address: string): Promise<{ cert: string; key: string }> {
  const files = { cert: paths.natsCert, key: paths.natsKey };
  if (isGood(files.cert, [address]) && existsSync(files.key)) return files;
  const { issueServerCertificate } = await import('@kubernats/pki');
  const ca = await loadAuthority(paths);
  const made = await issueServerCertificate({ clock: realClock }, ca, {
    commonName: 'nats-server',
    names: ['localhost'],
    addresses: [address],
  });
  mkdirSync(dirname(files.cert), { recursive: true, mode: 0o700 });
  writePair(files, made.certificatePem + ca.certificatePem, made.privateKeyPem);
  return files;
}

/** The key first: whoever reads between the two finds a pair that does not fit, and looks again. */
export function writePair({ cert, key }: { cert: string; key: string }, certificatePem: string, privateKeyPem: string): void {
  writeFileSync(`${key}.new`, privateKeyPem, { mode: 0o600 });
  writeFileSync(`${cert}.new`, certificatePem, { mode: 0o644 });
  renameSync(`${key}.new`, key);
  renameSync(`${cert}.new`, cert);
}

/** All of it is made in a folder beside and moved at once: there is no half-made PKI. */
async function createPki(paths: ClusterPaths, names: { names: string[]; addresses: string[] }): Promise<void> {
  const pki = await import('@kubernats/pki');
  const deps = { clock: realClock };
  const ca = await pki.createCertificateAuthority(deps, 'kubernats-ca');
  const [frontProxy, server, admin, signing] = await Promise.all([
    createFrontProxy(),
    pki.issueServerCertificate(deps, ca, { commonName: 'kube-apiserver', ...names }),
    pki.issueClientCertificate(deps, ca, { user: 'kubernetes-admin', groups: ['system:masters'] }),
    pki.createSigningKey(),
  ]);
  mkdirSync(dirname(paths.pki), { recursive: true });
  const made = mkdtempSync(`${paths.pki}.new-`);
  try {
    writeFiles(made, {
      ...frontProxy,
      'ca.crt': ca.certificatePem,
      'ca.key': ca.privateKeyPem,
      'apiserver.crt': server.certificatePem,
      'apiserver.key': server.privateKeyPem,
      'admin.crt': admin.certificatePem,
      'admin.key': admin.privateKeyPem,
      'sa.key': signing.privateKeyPem,
      'sa.pub': signing.publicKeyPem,
    });
    chmodSync(made, 0o700);
    renameSync(made, paths.pki);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function writeFiles(folder: string, content: Partial<Record<FileName, string>>): void {
  for (const [name, text] of Object.entries(content))
    writeFileSync(join(folder, name), text, { mode: name.endsWith('.key') ? 0o600 : 0o644 });
}

/** As whom the API server asks others: by an authority of its own, so that no client of the cluster can be taken for it. */
const FRONT_PROXY = { user: FRONT_PROXY_NAME, groups: [] };

async function createFrontProxy(): Promise<Record<(typeof FRONT_PROXY_FILES)[number], string>> {
  const { createCertificateAuthority, issueClientCertificate } = await import('@kubernats/pki');
  const ca = await createCertificateAuthority({ clock: realClock }, 'front-proxy-ca');
  const client = await issueClientCertificate({ clock: realClock }, ca, FRONT_PROXY);
  return {
    'front-proxy-ca.crt': ca.certificatePem,
    'front-proxy-ca.key': ca.privateKeyPem,
    'front-proxy-client.crt': client.certificatePem,
    'front-proxy-client.key': client.privateKeyPem,
  };
}

export async function renewFrontProxyClient(paths: ClusterPaths): Promise<void> {
  const { issueClientCertificate } = await import('@kubernats/pki');
  const made = await issueClientCertificate({ clock: realClock }, await loadAuthority(paths, 'front-proxy-ca'), FRONT_PROXY);
  const [cert, key] = [join(paths.pki, 'front-proxy-client.crt'), join(paths.pki, 'front-proxy-client.key')];
  writePair({ cert, key }, made.certificatePem, made.privateKeyPem);
}

/** An authority of an existing cluster, to issue more certificates. */
export async function loadAuthority(paths: ClusterPaths, name: 'ca' | 'front-proxy-ca' = 'ca'): Promise<CertificateAuthority> {
  const { loadCertificateAuthority } = await import('@kubernats/pki');
  const read = (file: string): string => readFileSync(join(paths.pki, file), 'utf8');
  return loadCertificateAuthority({ certificatePem: read(`${name}.crt`), privateKeyPem: read(`${name}.key`) });
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
