import { parseCidr } from '@kubernats/net';
import { componentOptions, duration, list, option, port, text } from '@kubernats/runtime';
import * as z from 'zod';
import { formatPortRange, parsePortRange } from './allocate/port-allocator.ts';
import { DEFAULT_CONFIG } from './config.ts';

export const apiServerOptions = {
  ...componentOptions,
  listenHost: option({ description: 'Address on which HTTPS is served.', schema: text, default: '127.0.0.1', value: 'ADDRESS' }),
  listenPort: option({ description: 'Port of HTTPS.', schema: port, default: 6443, value: 'PORT' }),
  tlsCert: option({ description: "File with the server's certificate, PEM.", schema: text, value: 'FILE' }),
  tlsKey: option({ description: "File with the certificate's private key, PEM.", schema: text, value: 'FILE' }),
  serviceAccountKey: option({
    description: 'File with the key that signs ServiceAccount tokens, PEM; the same for all replicas. Default: the one of --tls-key.',
    schema: text.optional(),
    value: 'FILE',
  }),
  natsSigner: option({
    description:
      'File with the key that signs the NATS credentials of machines that join, and the account that it is of, JSON. Default: none can join.',
    schema: text.optional(),
    value: 'FILE',
  }),
  clientCa: option({ description: 'File with the authority that signs client certificates, PEM.', schema: text, value: 'FILE' }),
  advertiseAddress: option({
    description: 'Address that the kubernetes Service leads to. Default: the one on which HTTPS is served.',
    schema: text.optional(),
    value: 'ADDRESS',
  }),
  network: option({
    description:
      'How Pods are reached, for the proxy of Pods and Services: loopback is on this machine; anyip keeps routes to the Pods of all nodes (CAP_NET_ADMIN).',
    schema: z.enum(['loopback', 'anyip'], 'must be loopback or anyip'),
    default: 'loopback',
    value: 'KIND',
  }),
  storeReplicas: option({
    description:
      'On how many servers of a NATS cluster the state is kept (1, 3 or 5); it is copied when that is another number than it has. Default: as it is, and 1 for a new cluster.',
    schema: z.coerce
      .number()
      .pipe(z.literal([1, 3, 5], 'must be 1, 3 or 5'))
      .optional(),
    value: 'NUMBER',
  }),
  kubernetesServiceNodePort: option({
    description: 'Node port of the Service kubernetes, by which clients outside of the cluster reach any API server; 0 is none.',
    schema: port,
    default: 0,
    value: 'PORT',
  }),
  serviceCidr: option({
    description: 'Range of the cluster IPs of Services.',
    schema: text.refine(isCidr, 'must be a range such as 10.96.0.0/16'),
    default: DEFAULT_CONFIG.serviceCidr,
    value: 'CIDR',
  }),
  serviceNodePortRange: option({
    description: 'Range of the node ports of Services, both ends included.',
    schema: text.refine((range) => parsePortRange(range) !== undefined, 'must be a range of ports such as 30000-32767'),
    default: formatPortRange(DEFAULT_CONFIG.nodePorts),
    value: 'FROM-TO',
  }),
  eventTtl: option({ description: 'How long Events are kept.', schema: duration, default: DEFAULT_CONFIG.eventTtlMs, value: 'TIME' }),
  portConflicts: option({
    description: 'Containers of one Pod that declare the same port: refuse the Pod, or only warn, as Kubernetes does.',
    schema: z.enum(['refuse', 'warn'], 'must be refuse or warn'),
    default: 'refuse',
    value: 'KIND',
  }),
  disableAdmissionPlugins: option({ description: 'Admission plug-ins that are off, A,B,….', schema: list, default: [], value: 'NAMES' }),
};

function isCidr(range: string): boolean {
  try {
    parseCidr(range);
    return true;
  } catch {
    return false;
  }
}
