import { type AddressPlan, nodeAddress } from '@kubernats/net';
import { FileError } from '@kubernats/runtime/user-files';
import type { NodeConfig, NodeShape } from '../config.ts';
import type { NodeGroup } from './node-group.ts';

/** How nodes are named that have no prefix of their own: node1, node2, … */
export const DEFAULT_PREFIX = 'node';

/** The names of the groups' nodes, in order. Nodes with one prefix are numbered on. Throws `FileError` for a name that comes twice. */
export function namesOfGroups(groups: readonly NodeGroup[], file: string): string[][] {
  const taken = new Set<string>();
  const last = new Map<string, number>();
  return groups.map((group, index) => {
    const { name, prefix = DEFAULT_PREFIX, count = 1 } = group;
    const first = (last.get(prefix) ?? 0) + 1;
    const names = name === undefined ? Array.from({ length: count }, (_, i) => `${prefix}${first + i}`) : [name];
    if (name === undefined) last.set(prefix, first + count - 1);
    for (const one of names) {
      if (taken.has(one)) throw new FileError(`${file}: nodes[${index}]${name === undefined ? '' : '.name'}: Duplicate value: "${one}"`);
      taken.add(one);
    }
    return names;
  });
}

/** The nodes of the groups, each with its address: by its place among all of them, so that a list that grows at its end moves nobody. */
export function nodesOfGroups(groups: readonly NodeGroup[], plan: AddressPlan, file: string): NodeConfig[] {
  let place = 0;
  return namesOfGroups(groups, file).flatMap((names, index) =>
    names.map((name) => {
      place += 1;
      const group = groups[index] ?? {};
      return { name, ip: group.ip ?? nodeAddress(plan, place), shape: shapeOfGroup(group) };
    }),
  );
}

/** What a group says of its nodes; zone, region and instance type as labels. */
export function shapeOfGroup({
  name: _name,
  ip: _ip,
  prefix: _prefix,
  count: _count,
  zone,
  region,
  instanceType,
  ...rest
}: NodeGroup): Partial<NodeShape> {
  const topology = {
    ...(region === undefined ? {} : { 'topology.kubernetes.io/region': region }),
    ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
    ...(instanceType === undefined ? {} : { 'node.kubernetes.io/instance-type': instanceType }),
  };
  return { ...rest, labels: { ...topology, ...rest.labels } };
}
