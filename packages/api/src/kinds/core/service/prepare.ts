import type { Service, ServicePort } from '../../../../generated/types.ts';
import { defaultService } from './default.ts';

const hasPorts = (type: string | undefined): boolean => type === 'NodePort' || type === 'LoadBalancer';

export function prepareServiceForCreate(service: Service): void {
  service.status = { loadBalancer: {} };
  dropUnused(service);
}

/** What was given out stays: an author who leaves out the address or node ports keeps the ones the Service has. */
export function prepareServiceForUpdate(service: Service, old: Service): void {
  const { spec } = service;
  const before = old.spec;
  if (spec && before) {
    if (spec.type !== 'ExternalName' && before.type !== 'ExternalName') {
      spec.clusterIP ||= before.clusterIP;
      if (!spec.clusterIPs?.length && spec.clusterIP === before.clusterIP) spec.clusterIPs = before.clusterIPs;
      spec.ipFamilies ??= before.ipFamilies;
      spec.ipFamilyPolicy ??= before.ipFamilyPolicy;
    }
    if (hasPorts(spec.type) && hasPorts(before.type)) keepNodePorts(spec.ports ?? [], before.ports ?? []);
    if (spec.type === 'LoadBalancer' && before.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') {
      spec.healthCheckNodePort ||= before.healthCheckNodePort;
    }
    // A type that needs no node ports gives them back, where the author did not write them anew.
    if (spec.type === 'ClusterIP' && hasPorts(before.type)) dropNodePorts(spec.ports ?? [], before.ports ?? []);
  }
  dropUnused(service);
  defaultService(service);
}

const samePort = (a: ServicePort, b: ServicePort): boolean => a.port === b.port && a.protocol === b.protocol;

function keepNodePorts(ports: ServicePort[], old: ServicePort[]): void {
  const taken = new Set(ports.map(({ nodePort }) => nodePort));
  for (const port of ports) {
    const nodePort = old.find((other) => samePort(port, other))?.nodePort;
    if (!port.nodePort && nodePort !== undefined && !taken.has(nodePort)) port.nodePort = nodePort;
  }
}

function dropNodePorts(ports: ServicePort[], old: ServicePort[]): void {
  for (const port of ports)
    if (port.nodePort && old.some((other) => samePort(port, other) && other.nodePort === port.nodePort)) delete port.nodePort;
}

/** Fields that mean nothing for the type. */
function dropUnused({ spec }: Service): void {
  if (!spec) return;
  if (!hasPorts(spec.type) && !spec.externalIPs?.length) delete spec.externalTrafficPolicy;
  if (spec.type !== 'LoadBalancer') {
    delete spec.allocateLoadBalancerNodePorts;
    delete spec.healthCheckNodePort;
    delete spec.loadBalancerClass;
  }
  if (spec.type === 'ExternalName') {
    delete spec.internalTrafficPolicy;
    if (spec.clusterIP === '') delete spec.clusterIP;
  }
}
