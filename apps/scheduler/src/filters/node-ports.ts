import { type HostPort, hostPortsOf } from '../snapshot/node-info.ts';
import type { Filter } from './filter.ts';

const ANY = '0.0.0.0';

const clash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.address === b.address || a.address === ANY || b.address === ANY);

/** A port of the node itself goes to one Pod only. */
export const nodePorts: Filter = {
  name: 'NodePorts',
  check({ pod }, place) {
    const wanted = hostPortsOf(pod);
    if (wanted.length === 0) return [];
    for (const held of place.hostPorts()) {
      if (wanted.some((port) => clash(port, held))) return ["node(s) didn't have free ports for the requested pod ports"];
    }
    return [];
  },
};
