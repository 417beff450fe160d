import { ADDONS } from '../addons/addons.ts';
import type { ClusterPaths } from '../state/paths.ts';
import type { PkiFiles } from '../state/pki-files.ts';
import { IDENTITIES } from '../supervisor/components.ts';

/** What a component that runs by itself is given, in a folder of its own: the name there → the file that it is a copy of. */
export type Part = Readonly<Record<string, string>>;

/** Each component's part of a cluster's secrets, and no more: by the name of the folder. */
export function partsOf(paths: ClusterPaths, pki: PkiFiles): Record<string, Part> {
  const creds = (component: keyof typeof IDENTITIES): string => paths.creds(IDENTITIES[component]);
  return {
    apiserver: {
      'nats.creds': creds('apiserver'),
      'tls.crt': pki.serverCert,
      'tls.key': pki.serverKey,
      'client-ca.crt': pki.caCert,
      'front-proxy-ca.crt': pki.frontProxyCaCert,
      'front-proxy-client.crt': pki.frontProxyClientCert,
      'front-proxy-client.key': pki.frontProxyClientKey,
      'service-account.key': pki.signingKey,
    },
    scheduler: { 'nats.creds': creds('scheduler') },
    'controller-manager': { 'nats.creds': creds('controller-manager'), 'ca.crt': pki.caCert, 'ca.key': pki.caKey },
    'volume-controller': { 'nats.creds': creds('volume-controller') },
    'service-proxy': { 'nats.creds': creds('service-proxy') },
    'load-balancer': { 'nats.creds': paths.creds(ADDONS['load-balancer'].identity) },
    // A machine that is a node runs both.
    node: { 'kubelet-sim.creds': creds('kubelet-sim'), 'service-proxy.creds': creds('service-proxy') },
  };
}
