import type { Filter } from './filter.ts';

/** A host port serves one Pod of a node. */
export const nodePorts: Filter = {
  name: 'NodePorts',
  check({ info }, node) {
    if (!info.hostPorts.some((port) => node.holdsPort(port))) return undefined;
    return { reasons: ["node(s) didn't have free ports for the requested pod ports"], unresolvable: false };
  },
};
