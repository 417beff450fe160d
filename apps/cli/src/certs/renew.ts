import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '@kubernats/clock';
import { readUserFile } from '../nodes/user-file.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { loadAuthority, renewFrontProxyClient, writeKubeconfig, writePair } from '../state/pki-files.ts';
import { readKubeconfig } from '../trace/kubeconfig.ts';
import { type CertificateRow, certificateIn } from './certificates.ts';

/** Makes a certificate anew, for the same names and for another year, with a new key. */
export const RENEW: Readonly<Record<CertificateRow['name'], (paths: ClusterPaths) => Promise<void>>> = {
  apiserver: (paths) =>
    renewServer(paths, { cert: join(paths.pki, 'apiserver.crt'), key: join(paths.pki, 'apiserver.key') }, 'kube-apiserver', ''),
  'front-proxy-client': renewFrontProxyClient,
  async 'nats-server'(paths) {
    // Who joins sees the authority behind it, too.
    const { certificatePem } = await loadAuthority(paths);
    await renewServer(paths, { cert: paths.natsCert, key: paths.natsKey }, 'nats-server', certificatePem);
  },
  async 'admin.conf'(paths) {
    const { issueClientCertificate } = await import('@kubernats/pki');
    const made = await issueClientCertificate({ clock: realClock }, await loadAuthority(paths), {
      user: 'kubernetes-admin',
      groups: ['system:masters'],
    });
    writePair({ cert: join(paths.pki, 'admin.crt'), key: join(paths.pki, 'admin.key') }, made.certificatePem, made.privateKeyPem);
    // A cluster whose components run apart has its kubeconfig elsewhere: `init` writes it.
    if (existsSync(paths.kubeconfig)) await writeKubeconfig(paths, readKubeconfig(paths.kubeconfig, readUserFile).url.replace(/\/$/, ''));
  },
};

async function renewServer(paths: ClusterPaths, files: { cert: string; key: string }, commonName: string, behind: string): Promise<void> {
  const { issueServerCertificate } = await import('@kubernats/pki');
  const subject = { commonName, ...namesOf(certificateIn(files.cert).subjectAltName ?? '') };
  const made = await issueServerCertificate({ clock: realClock }, await loadAuthority(paths), subject);
  writePair(files, made.certificatePem + behind, made.privateKeyPem);
}

/** `DNS:localhost, IP Address:127.0.0.1`. */
function namesOf(text: string): { names: string[]; addresses: string[] } {
  const parts = text.split(', ');
  const after = (prefix: string) => parts.flatMap((part) => (part.startsWith(prefix) ? [part.slice(prefix.length)] : []));
  return { names: after('DNS:'), addresses: after('IP Address:') };
}
