import { readFileSync } from 'node:fs';
import { type HttpsTransport, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { parse } from 'yaml';

/** The API by a kubeconfig file, as its first user. */
export function transportOf(kubeconfig: string): HttpsTransport {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8'));
  const [{ cluster }, { user }] = [clusters[0], users[0]];
  const pem = (base64: string): string => Buffer.from(base64, 'base64').toString();
  return httpsTransport({
    url: cluster.server,
    ca: pem(cluster['certificate-authority-data']),
    cert: pem(user['client-certificate-data']),
    key: pem(user['client-key-data']),
    clock: realClock,
    random: realRandom,
  });
}
