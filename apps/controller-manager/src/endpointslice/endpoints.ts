import { type DiscoveryEndpointPort, type Endpoint, isTerminal, type Node, type Pod, type Service } from '@kubernats/api';
import { isReady, isTerminating } from '../pods/pod.ts';
import { ZONE } from './labels.ts';

export type AddressType = 'IPv4' | 'IPv6';

/** The Pod's address of that family, if it has one yet. */
export function addressOf(pod: Pod, family: AddressType): string | undefined {
  const { podIPs, podIP } = pod.status ?? {};
  const all = podIPs?.length ? podIPs.map(({ ip }) => ip) : podIP ? [podIP] : [];
  return all.find((ip) => ip.includes(':') === (family === 'IPv6'));
}

/** Whether the Pod is listed at all: it has an address and has not ended. One that shuts down still is, and says so. */
export function isListed(pod: Pod, family: AddressType): boolean {
  return !isTerminal(pod) && addressOf(pod, family) !== undefined;
}

/** The Pod as an endpoint of the Service; `node` is the Pod's, where it is known. Source: the EndpointSlice concept, "Conditions". */
export function endpointOf(pod: Pod, service: Service, family: AddressType, node: Node | undefined): Endpoint {
  const { name, namespace, uid } = pod.metadata ?? {};
  const { hostname, subdomain, nodeName } = pod.spec ?? {};
  const zone = node?.metadata?.labels?.[ZONE];
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const named = hostname && subdomain === service.metadata?.name && namespace === service.metadata?.namespace;
  return {
    addresses: [addressOf(pod, family) ?? ''],
    conditions: { ready, serving, terminating },
    ...(named && { hostname }),
    ...(nodeName && { nodeName }),
    ...(zone && { zone }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

/**
 * The ports that the Service has on this Pod: a named target port is what the Pod calls so, and is left out where the Pod has
 * none of that name.
 */
export function portsOf(service: Service, pod: Pod): DiscoveryEndpointPort[] {
  const ports: DiscoveryEndpointPort[] = [];
  for (const { name = '', port, targetPort, protocol = 'TCP', appProtocol } of service.spec?.ports ?? []) {
    const number = typeof targetPort === 'string' ? containerPort(pod, targetPort, protocol) : targetPort || port;
    if (number !== undefined) ports.push({ name, port: number, protocol, ...(appProtocol && { appProtocol }) });
  }
  return ports;
}

function containerPort(pod: Pod, name: string, protocol: string): number | undefined {
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { ports = [] } of [...(pod.spec?.containers ?? []), ...sidecars]) {
    const found = ports.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol);
    if (found) return found.containerPort;
  }
  return undefined;
}
