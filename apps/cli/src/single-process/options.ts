import { auditOptions, authenticationOptions, limitOptions } from '@kubernats/apiserver';
import {
  address,
  componentOptions,
  dnsOptions,
  integer,
  option,
  port,
  schedulerFileOptions,
  storageBackendOptions,
  text,
} from '@kubernats/runtime';
import * as z from 'zod';

const { natsCreds: _one, natsCa: _none, ...common } = componentOptions;

/** What the six components take together, for a cluster of this machine. */
export const componentsOptions = {
  ...common,
  ...storageBackendOptions,
  ...schedulerFileOptions,
  ...auditOptions,
  ...limitOptions,
  ...authenticationOptions,
  credsFolder: option({ description: 'Folder with the NATS credentials of each component.', schema: text, value: 'FOLDER' }),
  listenHost: option({ description: 'Address on which HTTPS is served.', schema: text, default: '127.0.0.1', value: 'ADDRESS' }),
  listenPort: option({ description: 'Port of HTTPS.', schema: port, default: 6443, value: 'PORT' }),
  tlsCert: option({ description: "File with the server's certificate, PEM.", schema: text, value: 'FILE' }),
  tlsKey: option({ description: "File with the certificate's private key, PEM.", schema: text, value: 'FILE' }),
  clientCa: option({ description: 'File with the authority that signs client certificates, PEM.', schema: text, value: 'FILE' }),
  clusterSigningKeyFile: option({ description: 'File with the key of that authority, PEM.', schema: text, value: 'FILE' }),
  serviceAccountKey: option({ description: 'File with the key that signs ServiceAccount tokens, PEM.', schema: text, value: 'FILE' }),
  slot: option({ description: "The cluster's slot in 127.0.0.0/8, 0 to 7.", schema: integer(0, 7), default: 0, value: 'SLOT' }),
  clusterDns: option({ ...dnsOptions.clusterDns, schema: address }),
  resolvConf: dnsOptions.resolvConf,
  pool: option({ description: 'Name of the pool of nodes.', schema: text, value: 'NAME' }),
  nodeConfig: option({ description: 'File of nodes and their shapes: docs/nodes.md.', schema: text, value: 'FILE' }),
  stages: option({ description: 'File of life cycles: docs/nodes.md.', schema: text.optional(), value: 'FILE' }),
  root: option({ description: 'Folder with a folder for each node: its disk.', schema: text, value: 'FOLDER' }),
  storage: option({ description: 'Folder of what lies outside of all nodes: disks, network shares, …', schema: text, value: 'FOLDER' }),
  images: option({ description: 'Folder with images of your own: docs/images.md.', schema: text.optional(), value: 'FOLDER' }),
  portConflicts: option({
    description: 'Containers of one Pod that declare the same port: refuse the Pod, or only warn, as Kubernetes does.',
    schema: z.enum(['refuse', 'warn'], 'must be refuse or warn'),
    default: 'refuse' as const,
    value: 'KIND',
  }),
  missingHostPaths: option({
    description: 'A hostPath without a type that is not on the node: the Pod waits for it, or it is made, as most runtimes do.',
    schema: z.enum(['wait', 'create'], 'must be wait or create'),
    default: 'wait' as const,
    value: 'KIND',
  }),
  exposeAddress: option({
    description: 'An address of this machine where node ports open as well.',
    schema: text.optional(),
    value: 'ADDRESS',
  }),
  nodeCidrMaskSize: option({ description: "Prefix length of one node's part.", schema: integer(1, 32), default: 24, value: 'BITS' }),
};
