import { type Plugin, resolvable } from '../framework/plugin.ts';

const REFUSED = resolvable("node(s) didn't have free ports for the requested pod ports");

/** A host port serves one Pod of a node. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  looksAt: 'node',
  preFilter: ({ hostPorts }) => (hostPorts.length > 0 ? { state: undefined } : 'skip'),
  filter: (_state, { hostPorts }, node) => (hostPorts.some((port) => node.holdsPort(port)) ? REFUSED : undefined),
};
