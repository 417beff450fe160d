import * as z from 'zod';
import { option } from './option.ts';
import { address, duration, port, text, toggle } from './schemas.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** What every program takes. */
export const programOptions = {
  logLevel: option({
    description: 'How much is logged: trace, debug, info, warn, error or silent.',
    schema: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
    default: 'info',
    value: 'LEVEL',
  }),
  healthPort: option({
    description: 'Port of /healthz, /readyz and /metrics on 127.0.0.1; 0 is off.',
    schema: port,
    default: 0,
    value: 'PORT',
  }),
};

/** What every component that talks over NATS takes. */
export const componentOptions = {
  cluster: option({ description: 'Name of the cluster.', schema: text, default: 'default', value: 'NAME' }),
  natsUrl: option({ description: 'Where the NATS server is.', schema: text, default: 'nats://127.0.0.1:4222', value: 'URL' }),
  natsCreds: option({ description: 'File with the NATS credentials of this component.', schema: text.optional(), value: 'FILE' }),
  natsCa: option({
    description: 'File with the authority that signs the certificate of the NATS server, PEM: for tls://…',
    schema: text.optional(),
    value: 'FILE',
  }),
  ...programOptions,
};

/** What components take that serve the cluster's names, or tell Pods of them. */
export const dnsOptions = {
  clusterDns: option({
    description: "Where the cluster's DNS answers, over UDP and TCP. Default: there is none.",
    schema: address.optional(),
    value: 'HOST:PORT',
  }),
  clusterDomain: option({ description: "Domain of the cluster's names.", schema: text, default: 'cluster.local', value: 'DOMAIN' }),
  resolvConf: option({
    description: "The resolver's file of this machine: whom names outside the cluster are asked of. /dev/null: nobody, and there are none.",
    schema: text,
    default: '/etc/resolv.conf',
    value: 'FILE',
  }),
};

/** What components with a leader take. */
export const leaderOptions = {
  leaderElect: option({ description: 'Work only while this replica holds the Lease.', schema: toggle, default: true }),
  leaderElectIdentity: option({
    description:
      'Name of this replica in the Lease; must differ between replicas. A restarted replica of the same name goes on at once. Default: a random one.',
    schema: text.optional(),
    value: 'NAME',
  }),
  leaderElectLeaseDuration: option({
    description: 'How long others wait for a silent leader.',
    schema: duration,
    default: 15_000,
    value: 'TIME',
  }),
  leaderElectRenewDeadline: option({
    description: 'How long a leader goes on without renewing.',
    schema: duration,
    default: 10_000,
    value: 'TIME',
  }),
  leaderElectRetryPeriod: option({
    description: 'Time between two tries to take or renew the Lease.',
    schema: duration,
    default: 2_000,
    value: 'TIME',
  }),
};

/** For those that make, attach or mount volumes. */
export const storageBackendOptions = {
  storageBackends: option({
    description: 'Folder with storage back ends of your own: modules that run in this process. docs/storage-backends.md.',
    schema: text.optional(),
    value: 'FOLDER',
  }),
};

/** For the process that has the scheduler. */
export const schedulerFileOptions = {
  schedulerConfig: option({
    description: 'File with a KubeSchedulerConfiguration: profiles and plug-ins. docs/scheduling.md.',
    schema: text.optional(),
    value: 'FILE',
  }),
  schedulerPlugins: option({
    description: 'Folder with plug-ins of your own for the scheduler: modules that run in this process. docs/scheduling.md.',
    schema: text.optional(),
    value: 'FOLDER',
  }),
};
