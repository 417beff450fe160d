import type { Pod } from '../generated/types.ts';

/** What stands for all addresses of a node. */
export const ANY_HOST_IP = '0.0.0.0';

/** A port of its node that a Pod asks for; on the network of the node each of its ports is one. */
export interface HostPort {
  /** `ANY_HOST_IP` where the Pod names none. */
  ip: string;
  protocol: string;
  port: number;
  containerPort: number;
}

/** The ports of its node that a Pod asks for: its own containers' and its sidecars'. */
export function hostPortsOf({ spec }: Pod): HostPort[] {
  const ports: HostPort[] = [];
  const sidecars = (spec?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  for (const container of [...(spec?.containers ?? []), ...sidecars]) {
    for (const { hostPort, hostIP, protocol, containerPort } of container.ports ?? []) {
      if (hostPort) ports.push({ ip: hostIP || ANY_HOST_IP, protocol: protocol || 'TCP', port: hostPort, containerPort });
    }
  }
  return ports;
}

/** Whether only one of the two can be had. */
export function hostPortsClash(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === ANY_HOST_IP || b.ip === ANY_HOST_IP;
}
