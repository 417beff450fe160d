import { quantityValue } from '@kubernats/apimachinery';
import { addressPlan, nodeAddress } from '@kubernats/net';
import {
  type ConfigOf,
  componentOptions,
  dnsOptions,
  duration,
  flagOf,
  integer,
  list,
  option,
  storageBackendOptions,
  text,
  toggle,
  UsageError,
} from '@kubernats/runtime';
import { FileError } from '@kubernats/runtime/user-files';
import * as z from 'zod';
import { DEFAULTS, type KubeletSimConfig, type NodeConfig } from './config.ts';
import { missingImages } from './images/image-policy.ts';
import { quantity } from './shape/fields.ts';
import { labelsFlag, taintsFlag } from './shape/flags.ts';
import { nodesOfGroups } from './shape/nodes-of-groups.ts';
import { readNodeFile } from './shape/read-node-file.ts';
import { readStages } from './stages/read-stages.ts';

export const kubeletSimOptions = {
  ...componentOptions,
  ...dnsOptions,
  ...storageBackendOptions,
  nodes: option({
    description:
      'The nodes: names with a number at the end (node1,node2), NAME=IP for an address of your own, or a count. With --network anyip one: NAME, or auto for the lowest free nodeK.',
    schema: list.refine((names) => names.length > 0, 'must name a node'),
    default: ['node1'],
    value: 'NAMES',
  }),
  nodeConfig: option({
    description: 'File of nodes and their shapes, instead of --nodes: docs/nodes.md. What it leaves out is as the options say.',
    schema: text.optional(),
    value: 'FILE',
  }),
  pruneNodes: option({ description: 'Delete Nodes of the pool that it no longer has.', schema: toggle, default: DEFAULTS.pruneNodes }),
  registerNode: option({
    description:
      'Make the Node where there is none. Without it the Node is there when the kubelet starts, and the kubelet ends when it is deleted.',
    schema: toggle,
    default: DEFAULTS.registerNode,
  }),
  pool: option({
    description: 'Name of the pool, part of the identity. Default: the name of the only node, else "pool".',
    schema: text.optional(),
    value: 'NAME',
  }),
  root: option({
    description: 'Folder with a folder for each node: its disk.',
    schema: text,
    default: '.kubernats/default/nodes',
    value: 'FOLDER',
  }),
  storage: option({
    description: 'Folder of the storage that lies outside of all nodes: network shares and cloud disks.',
    schema: text,
    default: '.kubernats/default/storage',
    value: 'FOLDER',
  }),
  network: option({
    description:
      'Where Pods get their addresses: loopback is 127.0.0.0/8 of this machine; anyip is for a machine or container that is one node, with routes to the others (CAP_NET_ADMIN).',
    schema: z.enum(['loopback', 'anyip'], 'must be loopback or anyip'),
    default: 'loopback',
    value: 'KIND',
  }),
  ownerFile: option({
    description: 'File where this machine remembers who it is, for --nodes auto: on its own disk, so that it finds its name again.',
    schema: text,
    default: '.kubernats/owner.json',
    value: 'FILE',
  }),
  slot: option({ description: "The cluster's slot in 127.0.0.0/8, 0 to 7.", schema: integer(0, 7), default: 0, value: 'SLOT' }),
  fidelity: option({
    description: 'live has sockets and files, status has neither: for thousands of nodes.',
    schema: z.enum(['live', 'status'], 'must be live or status'),
    default: DEFAULTS.fidelity,
    value: 'KIND',
  }),
  cpu: option({ description: 'CPUs of each node.', schema: quantity, default: DEFAULTS.cpu, value: 'QUANTITY' }),
  memory: option({ description: 'Memory of each node.', schema: quantity, default: DEFAULTS.memory, value: 'QUANTITY' }),
  pods: option({ description: 'How many Pods each node takes.', schema: integer(1, 10_000), default: DEFAULTS.pods, value: 'COUNT' }),
  images: option({
    description: 'Folder with images of your own: modules of which each runs in a thread of its own. docs/images.md.',
    schema: text.optional(),
    value: 'FOLDER',
  }),
  cpuThrottle: option({
    description: 'A container that wants more CPU than its limit: held to its limit, or brought down to its request.',
    schema: z.enum(['limit', 'request'], 'must be limit or request'),
    default: DEFAULTS.cpuThrottle,
    value: 'KIND',
  }),
  imagePolicy: option({
    description: 'YAML file that says which images exist, are missing, or are denied without a secret, and how long a pull takes.',
    schema: text.optional(),
    value: 'FILE',
  }),
  missingImages: option({
    description: 'Images that do not exist, PATTERN,…; * stands for any run of characters.',
    schema: list,
    default: [],
    value: 'PATTERNS',
  }),
  missingHostPaths: option({
    description: 'A hostPath without a type that is not on the node: the Pod waits for it, or it is made, as most runtimes do.',
    schema: z.enum(['wait', 'create'], 'must be wait or create'),
    default: DEFAULTS.missingHostPaths,
    value: 'KIND',
  }),
  ephemeralStorage: option({ description: 'Disk of each node.', schema: quantity, default: DEFAULTS.ephemeralStorage, value: 'QUANTITY' }),
  labels: option({ description: 'More labels of each node, NAME=VALUE,…', schema: labelsFlag.optional(), value: 'LABELS' }),
  taints: option({
    description: 'Taints that nodes are registered with, KEY=VALUE:EFFECT,…',
    schema: taintsFlag.optional(),
    value: 'TAINTS',
  }),
  stages: option({
    description: 'File of life cycles: how Pods of fidelity status live, and what nodes go through. docs/nodes.md.',
    schema: text.optional(),
    value: 'FILE',
  }),
  containerLogMaxSize: option({
    description: "A container's log file is put aside and begun anew when it is longer.",
    schema: quantity,
    default: '10Mi',
    value: 'QUANTITY',
  }),
  containerLogMaxFiles: option({
    description: "So many log files of a container's run are kept.",
    schema: integer(2, 1000),
    default: DEFAULTS.logMaxFiles,
    value: 'COUNT',
  }),
  streamingConnectionIdleTimeout: option({
    description: 'How long an exec, attach or port-forward may say nothing.',
    schema: duration,
    default: DEFAULTS.streamIdleMs,
    value: 'TIME',
  }),
};

/** The configuration of the app, from the options of its process; `read` reads the files that they name. Throws `UsageError` for what is wrong in one. */
export async function kubeletSimConfig(
  options: ConfigOf<typeof kubeletSimOptions>,
  read: (file: string) => string,
): Promise<KubeletSimConfig> {
  const { cluster, slot, nodeConfig: file, stages, pruneNodes, registerNode } = options;
  const { clusterDns, clusterDomain } = options;
  const { fidelity, cpuThrottle, cpu, memory, pods, ephemeralStorage, labels = {}, taints = [] } = options;
  const nodes =
    file === undefined
      ? nodesOf(options.nodes, slot)
      : await fromFile('nodeConfig', file, async () =>
          nodesOfGroups(await readNodeFile(read(file), file), addressPlan('loopback', slot), file),
        );
  const pool = options.pool ?? (nodes.length === 1 ? (nodes[0]?.name ?? 'pool') : 'pool');
  const { containerLogMaxFiles: logMaxFiles, streamingConnectionIdleTimeout: streamIdleMs } = options;
  return {
    ...DEFAULTS,
    ...{ cluster, pool, nodes, pruneNodes, registerNode, fidelity, cpuThrottle, cpu, memory, pods, ephemeralStorage, labels, taints },
    ...{ logMaxBytes: quantityValue(options.containerLogMaxSize), logMaxFiles, streamIdleMs },
    missingHostPaths: options.missingHostPaths,
    ...{ clusterDns, clusterDomain, resolvConf: textIfThere(options.resolvConf, read) },
    imagePolicy: missingImages(options.missingImages),
    stages: stages === undefined ? DEFAULTS.stages : await fromFile('stages', stages, () => readStages(read(stages), stages)),
  };
}

/** A machine without the file has no name servers. */
function textIfThere(file: string, read: (file: string) => string): string {
  try {
    return read(file);
  } catch {
    return '';
  }
}

async function fromFile<T>(key: string, file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileError) throw new UsageError(error.message);
    throw new UsageError(`--${flagOf(key)} ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `['3']` → node1 … node3. A name's number is its place in the node range. */
export function nodesOf(names: readonly string[], slot: number): NodeConfig[] {
  const plan = addressPlan('loopback', slot);
  const [only] = names;
  if (names.length === 1 && only !== undefined && /^\d+$/.test(only)) {
    return Array.from({ length: Number(only) }, (_, i) => ({ name: `node${i + 1}`, ip: nodeAddress(plan, i + 1) }));
  }
  return names.map((entry, i) => {
    const [name = '', ip] = entry.split('=');
    const number = /(\d+)$/.exec(name)?.[1];
    return { name, ip: ip ?? nodeAddress(plan, number === undefined ? i + 1 : Number(number)) };
  });
}
