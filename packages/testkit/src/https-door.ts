import type { ApiServer } from '@kubernats/apiserver';
import type { Clock } from '@kubernats/clock';
import type { Network } from '@kubernats/net';

const HOST = '127.0.0.1';

/** How other programs reach the API. */
export interface HttpsAccess {
  /** The administrator's. */
  kubeconfig: string;
  /** The authority that vouches for the API server, PEM. */
  caPem: string;
}

/** Serves the API to kubectl and other clients on a free port. */
export async function openHttps(
  apiServer: ApiServer,
  { clock, network, serviceIp }: { clock: Clock; network: Network; serviceIp: string },
): Promise<HttpsAccess> {
  // Loaded when asked for: most test clusters need no certificates.
  const { createCertificateAuthority, issueClientCertificate, issueServerCertificate, kubeconfig } = await import('@kubernats/pki');
  const deps = { clock };
  const ca = await createCertificateAuthority(deps, 'kubernats-ca');
  const [server, client] = await Promise.all([
    issueServerCertificate(deps, ca, {
      commonName: 'kube-apiserver',
      names: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
      addresses: [HOST, serviceIp],
    }),
    issueClientCertificate(deps, ca, { user: 'kubernetes-admin', groups: ['system:masters'] }),
  ]);
  const { certificatePem, privateKeyPem } = server;
  const options = { host: HOST, port: 0, advertiseAddress: HOST, network, certificatePem, privateKeyPem, clientCaPem: ca.certificatePem };
  const door = await apiServer.listenHttps(options);
  const caPem = ca.certificatePem;
  const where = { cluster: 'testkit', server: `https://${HOST}:${door.port}` };
  return { kubeconfig: kubeconfig({ ...where, caPem, user: 'kubernetes-admin', client }), caPem };
}
