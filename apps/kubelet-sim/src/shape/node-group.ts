import { isIp } from '@kubernats/net';
import * as z from 'zod';
import { cpuThrottle, extendedResources, fidelity, label, labels, nodeName, podCount, quantity, taint } from './fields.ts';

/** What nodes are like; what a group leaves out is as the kubelet's own settings say. */
const shape = {
  cpu: quantity.optional(),
  memory: quantity.optional(),
  pods: podCount.optional(),
  ephemeralStorage: quantity.optional(),
  /** More resources, such as `nvidia.com/gpu: 2`. */
  extendedResources: extendedResources.optional(),
  /** What the node keeps for itself: Pods get the rest (allocatable). */
  reserved: z.strictObject({ cpu: quantity.optional(), memory: quantity.optional(), ephemeralStorage: quantity.optional() }).optional(),
  labels: labels.optional(),
  taints: z.array(taint, 'must be a list').optional(),
  /** The label `topology.kubernetes.io/zone`, and so on. */
  zone: label.optional(),
  region: label.optional(),
  instanceType: label.optional(),
  fidelity: fidelity.optional(),
  cpuThrottle: cpuThrottle.optional(),
  /** Registers the node cordoned. */
  unschedulable: z.boolean('must be true or false').optional(),
};

const count = z
  .number('must be a whole number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(10_000, 'must be at most 10000');

/** One row of a file of nodes: a node by its name, or `count` alike ones named `prefix` and a number. */
export const nodeGroup = z
  .strictObject({
    name: nodeName.optional(),
    /** Its InternalIP. Default: by its place in the list. */
    ip: z.string().refine(isIp, 'must be an IPv4 address').optional(),
    prefix: z.string().optional(),
    count: count.optional(),
    ...shape,
  })
  .superRefine(({ name, ip, prefix, count: many }, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (name !== undefined && prefix !== undefined) issue('prefix', 'a node with a name has no prefix');
    if (name !== undefined && many !== undefined) issue('count', 'a node with a name is only one: use prefix');
    if (ip !== undefined && name === undefined) issue('ip', 'only a node with a name has an address of its own');
    const problem = prefix === undefined ? undefined : nodeName.safeParse(`${prefix}1`).error?.issues[0]?.message;
    if (problem !== undefined) issue('prefix', problem);
  });

export type NodeGroup = z.output<typeof nodeGroup>;

/** As a person writes it. */
export type NodeGroupInput = z.input<typeof nodeGroup>;

/** A file of nodes. */
export const nodeFile = z.strictObject({ nodes: z.array(nodeGroup, 'must be a list of nodes') }, 'must be a mapping with a list "nodes"');
