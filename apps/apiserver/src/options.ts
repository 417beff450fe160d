import { parseCidr } from '@kubernats/net';
import { type ConfigOf, componentOptions, duration, integer, list, option, port, text } from '@kubernats/runtime';
import * as z from 'zod';
import { formatPortRange, parsePortRange } from './allocate/port-allocator.ts';
import { type ApiServerConfig, DEFAULT_CONFIG } from './config.ts';

/** What is written of requests, and where. */
export const auditOptions = {
  auditPolicyFile: option({
    description: 'File with the audit.k8s.io/v1 Policy that says what is written of which requests: docs/operations.md.',
    schema: text.optional(),
    value: 'FILE',
  }),
  auditLogPath: option({
    description: 'File that audit events are written to; - is the standard output. Nothing is written without a policy.',
    schema: text.optional(),
    value: 'FILE',
  }),
  auditLogMaxsize: option({
    description: 'Megabytes that the file of audit events may have before it makes place for a new one; 0: 100.',
    schema: integer(0, 1_000_000),
    default: 0,
    value: 'MEGABYTES',
  }),
  auditLogMaxbackup: option({
    description: 'How many old files of audit events are kept; 0: all of them.',
    schema: integer(0, 1_000_000),
    default: 0,
    value: 'COUNT',
  }),
  auditLogMaxage: option({
    description: 'Days that old files of audit events are kept; 0: for ever.',
    schema: integer(0, 100_000),
    default: 0,
    value: 'DAYS',
  }),
  auditLogFormat: option({
    description: 'How audit events are written: json, an object a line.',
    schema: z.enum(['json'], 'must be json'),
    default: 'json' as const,
    value: 'FORMAT',
  }),
};

/** What is taken on at a time. */
export const limitOptions = {
  maxRequestsInflight: option({
    description: 'Requests that read, at one time; more get 429. Long-running ones do not count. 0 is no limit.',
    schema: integer(0, 1_000_000),
    default: DEFAULT_CONFIG.limits.maxRequestsInflight,
    value: 'COUNT',
  }),
  maxMutatingRequestsInflight: option({
    description: 'Requests that write, at one time; more get 429. 0 is no limit.',
    schema: integer(0, 1_000_000),
    default: DEFAULT_CONFIG.limits.maxMutatingRequestsInflight,
    value: 'COUNT',
  }),
  requestTimeout: option({
    description: 'How long a request may take that is not long-running; then it gets 504.',
    schema: duration,
    default: DEFAULT_CONFIG.limits.requestTimeoutMs,
    value: 'TIME',
  }),
  minRequestTimeout: option({
    description: 'Seconds that a watch lasts at least whose client names no time; each ends before twice as much.',
    schema: integer(1, 1_000_000),
    default: DEFAULT_CONFIG.minRequestTimeoutMs / 1000,
    value: 'SECONDS',
  }),
  shutdownDelayDuration: option({
    description: 'How long requests are still served while /readyz says already that the server goes away.',
    schema: duration,
    default: DEFAULT_CONFIG.shutdownDelayMs,
    value: 'TIME',
  }),
};

/** By what clients prove who they are, beside the certificates of the cluster's own authority. */
export const authenticationOptions = {
  tokenAuthFile: option({
    description: 'File with static tokens, CSV: token,user,uid,"group1,group2" a line. It is read once.',
    schema: text.optional(),
    value: 'FILE',
  }),
  requestheaderClientCaFile: option({
    description: 'File with the authority of front proxies, PEM: they say by X-Remote-User, -Uid, -Group and -Extra-… for whom they ask.',
    schema: text.optional(),
    value: 'FILE',
  }),
  requestheaderAllowedNames: option({
    description: 'Common names that front proxies may have, separated by commas. Default: any.',
    schema: list,
    default: [],
    value: 'NAMES',
  }),
  proxyClientCertFile: option({
    description: 'File with the certificate by which this server proves to extension API servers who it is, PEM.',
    schema: text.optional(),
    value: 'FILE',
  }),
  proxyClientKeyFile: option({ description: "File with that certificate's private key, PEM.", schema: text.optional(), value: 'FILE' }),
};

/** The same as the server's configuration has it. */
export function limitsOf(
  config: ConfigOf<typeof limitOptions>,
): Pick<ApiServerConfig, 'limits' | 'minRequestTimeoutMs' | 'shutdownDelayMs'> {
  const { maxRequestsInflight, maxMutatingRequestsInflight, requestTimeout, minRequestTimeout, shutdownDelayDuration } = config;
  return {
    limits: { maxRequestsInflight, maxMutatingRequestsInflight, requestTimeoutMs: requestTimeout },
    minRequestTimeoutMs: minRequestTimeout * 1000,
    shutdownDelayMs: shutdownDelayDuration,
  };
}

export const apiServerOptions = {
  ...componentOptions,
  ...auditOptions,
  ...limitOptions,
  ...authenticationOptions,
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
