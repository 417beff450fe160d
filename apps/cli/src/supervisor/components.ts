import { dirname, join } from 'node:path';
import { OPERATOR_IDENTITY } from '@kubernats/bus/subjects';
import type { Address } from '@kubernats/net';
import type { ClusterPaths } from '../state/paths.ts';
import { FRONT_PROXY_NAME, type PkiFiles } from '../state/pki-files.ts';
import type { ChildSpec } from './child.ts';
import type { Site } from './site.ts';

/** Who each component is: its NATS user and its name towards RBAC. */
export const IDENTITIES = {
  apiserver: 'system:apiserver',
  scheduler: 'system:kube-scheduler',
  'controller-manager': 'system:kube-controller-manager',
  'volume-controller': 'system:kubernats:volume-controller',
  'kubelet-sim': 'system:node:local',
  'service-proxy': 'system:kube-proxy',
} as const;

/** The operator's own way in over NATS: `node stop` and its kin. */
export const CLI_IDENTITY = OPERATOR_IDENTITY;

/** The kubelet-sim process of a local cluster serves all of its nodes: one pool. */
export const POOL = 'local';

export interface ClusterShape {
  cluster: string;
  slot: number;
  site: Site;
  port: number;
  nodes: string[];
  natsUrl: string;
  /** Where what carries Services' connections serves its metrics, on 127.0.0.1. */
  metricsPort: number;
  pki: PkiFiles;
  logLevel: string;
  /** Where the cluster's DNS answers. */
  clusterDns: Address;
  /** The file of life cycles, if there is one. */
  stages: string | undefined;
  /** The folder of the user's own images, if there is one. */
  images: string | undefined;
  /** The folder of the user's own storage back ends, if there is one. */
  storageBackends: string | undefined;
  /** The file with the scheduler's configuration, if there is one. */
  schedulerConfig: string | undefined;
  /** The folder of the user's own plug-ins for the scheduler, if there is one. */
  schedulerPlugins: string | undefined;
  /** Where clients outside of the cluster reach node ports, if anywhere. */
  exposeAddress: string | undefined;
  /** What is written of requests, and where, if anything is. */
  audit: { policyFile: string; logPath: string } | undefined;
  /** The file of static tokens, if there is one. */
  tokenAuthFile: string | undefined;
}

/** The six processes of a local cluster, each with its command line. */
export function componentSpecs(paths: ClusterPaths, shape: ClusterShape, root: string): ChildSpec[] {
  const { site } = shape;
  const { plan, host } = site;
  const network = ['--network', plan.kind];
  const dns = ['--cluster-dns', `${shape.clusterDns.host}:${shape.clusterDns.port}`];
  // One replica of each: a fixed name lets a restarted one go on with its own Lease at once.
  const leader = ['--leader-elect-identity', 'local'];
  const flags: Record<keyof typeof IDENTITIES, string[]> = {
    apiserver: [
      ...['--listen-host', host, '--listen-port', String(shape.port)],
      ...certificateFlags(shape),
      ...['--service-account-key', shape.pki.signingKey],
      ...['--service-cidr', plan.serviceCidr, '--advertise-address', host],
      ...(site.isShared ? ['--nats-signer', paths.natsSigner] : []),
      ...auditFlags(shape),
      ...tokenFlags(shape),
    ],
    scheduler: [...leader, ...schedulerFlags(shape, { config: '--config', plugins: '--plugins' })],
    'controller-manager': [
      ...leader,
      ...[
        '--cluster-cidr',
        plan.podCidr,
        '--node-cidr-mask-size',
        String(maskSize(shape.nodes.length)),
        '--root-ca-file',
        shape.pki.caCert,
        '--cluster-signing-key-file',
        shape.pki.caKey,
      ],
    ],
    'volume-controller': [...leader, ...storageFlags(paths, shape)],
    'kubelet-sim': [
      ...[...network, '--slot', String(shape.slot)],
      ...dns,
      ...nodeFlags(paths, shape),
      ...storageFlags(paths, shape),
      // Nobody else serves this pool: a node that it no longer has is gone, and if it has none all of them are.
      '--prune-nodes',
    ],
    'service-proxy': [...network, '--health-port', String(shape.metricsPort), ...dns, ...exposeFlags(shape)],
  };
  return Object.entries(flags).map(([name, args]) => ({
    name,
    command: process.execPath,
    args: [
      ...NODE_FLAGS,
      join(root, 'apps', name, 'dist/main.js'),
      ...[
        '--cluster',
        shape.cluster,
        '--nats-url',
        shape.natsUrl,
        '--nats-creds',
        paths.creds(IDENTITIES[name as keyof typeof IDENTITIES]),
        ...(site.isShared ? ['--nats-ca', shape.pki.caCert] : []),
      ],
      ...['--log-level', shape.logLevel],
      ...args,
    ],
    announcesReady: true,
    servesOthers: name === 'apiserver',
    ...(name === 'service-proxy' ? { metricsPort: shape.metricsPort } : {}),
  }));
}

/** All six in one process. */
export function singleProcessSpec(paths: ClusterPaths, shape: ClusterShape, root: string): ChildSpec {
  return {
    name: 'components',
    command: process.execPath,
    args: [
      ...[...NODE_FLAGS, join(root, 'apps/cli/dist/components-main.js')],
      ...['--cluster', shape.cluster, '--nats-url', shape.natsUrl, '--creds-folder', dirname(paths.creds(CLI_IDENTITY))],
      ...['--listen-host', '127.0.0.1', '--listen-port', String(shape.port)],
      ...certificateFlags(shape),
      ...['--cluster-signing-key-file', shape.pki.caKey],
      ...['--service-account-key', shape.pki.signingKey],
      ...['--slot', String(shape.slot), ...nodeFlags(paths, shape), ...storageFlags(paths, shape)],
      ...['--cluster-dns', `${shape.clusterDns.host}:${shape.clusterDns.port}`],
      ...['--node-cidr-mask-size', String(maskSize(shape.nodes.length))],
      ...['--health-port', String(shape.metricsPort), '--log-level', shape.logLevel, ...exposeFlags(shape)],
      ...auditFlags(shape),
      ...tokenFlags(shape),
      ...schedulerFlags(shape, { config: '--scheduler-config', plugins: '--scheduler-plugins' }),
    ],
    announcesReady: true,
    metricsPort: shape.metricsPort,
  };
}

const exposeFlags = ({ exposeAddress }: ClusterShape): string[] => (exposeAddress === undefined ? [] : ['--expose-address', exposeAddress]);

const certificateFlags = ({ pki }: ClusterShape): string[] => [
  ...['--tls-cert', pki.serverCert, '--tls-key', pki.serverKey, '--client-ca', pki.caCert],
  ...['--requestheader-client-ca-file', pki.frontProxyCaCert, '--requestheader-allowed-names', FRONT_PROXY_NAME],
  ...['--proxy-client-cert-file', pki.frontProxyClientCert, '--proxy-client-key-file', pki.frontProxyClientKey],
];

const auditFlags = ({ audit }: ClusterShape): string[] =>
  audit === undefined ? [] : ['--audit-policy-file', audit.policyFile, '--audit-log-path', audit.logPath];

const tokenFlags = ({ tokenAuthFile }: ClusterShape): string[] => (tokenAuthFile === undefined ? [] : ['--token-auth-file', tokenAuthFile]);

const schedulerFlags = ({ schedulerConfig, schedulerPlugins }: ClusterShape, flags: { config: string; plugins: string }): string[] => [
  ...(schedulerConfig === undefined ? [] : [flags.config, schedulerConfig]),
  ...(schedulerPlugins === undefined ? [] : [flags.plugins, schedulerPlugins]),
];

const storageFlags = ({ storage }: ClusterPaths, { storageBackends }: ClusterShape): string[] => [
  ...['--storage', storage],
  ...(storageBackends === undefined ? [] : ['--storage-backends', storageBackends]),
];

const nodeFlags = (paths: ClusterPaths, { stages, images }: ClusterShape): string[] => [
  ...['--pool', POOL, '--node-config', paths.nodesFile, '--root', paths.nodes],
  ...(stages === undefined ? [] : ['--stages', stages]),
  ...(images === undefined ? [] : ['--images', images]),
];

export const NODE_FLAGS = ['--disable-warning=ExperimentalWarning'];

/** A /24 of Pods a node as in Kubernetes, as long as the range of a slot (a /13) has room for it; smaller for thousands of nodes. */
export function maskSize(nodes: number): number {
  let size = 24;
  while (2 ** (size - 13) < nodes && size < 29) size++;
  return size;
}
