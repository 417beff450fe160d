import { isQuantity } from '@kubernats/apimachinery';
import { addressPlan, nodeAddress } from '@kubernats/net';
import { type ConfigOf, componentOptions, integer, list, option, text } from '@kubernats/runtime';
import * as z from 'zod';
import { DEFAULTS, type KubeletSimConfig, type NodeConfig } from './config.ts';

const quantity = text.refine(isQuantity, 'must be a quantity such as 4 or 16Gi');
const pairs = list.transform((entries, context) => {
  const map: Record<string, string> = {};
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    if (equals < 1) context.issues.push({ code: 'custom', message: 'must be NAME=VALUE,…', input: entry });
    map[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return map;
});

export const kubeletSimOptions = {
  ...componentOptions,
  nodes: option({
    description: 'The nodes: names with a number at the end (node1,node2), NAME=IP for an address of your own, or a count.',
    schema: list.refine((names) => names.length > 0, 'must name a node'),
    default: ['node1'],
    value: 'NAMES',
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
  network: option({
    description: 'Where Pods get their addresses: loopback is 127.0.0.0/8 of this machine.',
    schema: z.enum(['loopback'], 'must be loopback'),
    default: 'loopback',
    value: 'KIND',
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
    description: 'Folder with images of your own: modules of which each runs in a thread of its own.',
    schema: text.optional(),
    value: 'FOLDER',
  }),
  labels: option({ description: 'More labels of each node, NAME=VALUE,…', schema: pairs.optional(), value: 'LABELS' }),
};

/** The configuration of the app, from the options of its process. */
export function kubeletSimConfig(options: ConfigOf<typeof kubeletSimOptions>): KubeletSimConfig {
  const { cluster, fidelity, cpu, memory, pods, labels = {}, slot } = options;
  const nodes = nodesOf(options.nodes, slot);
  const pool = options.pool ?? (nodes.length === 1 ? (nodes[0]?.name ?? 'pool') : 'pool');
  return { ...DEFAULTS, cluster, pool, nodes, fidelity, cpu, memory, pods, labels, events: fidelity === 'live' };
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
