import { deepEqual } from '@kubernats/apimachinery';
import type { ServicePort, ServiceSpec } from '../../../../generated/types.ts';
import { needsClusterIp, needsHealthCheck, needsNodePorts } from './types.ts';

/**
 * What was given out stays: an author who leaves out the address or a node port keeps the one that the Service has. Node ports are found
 * again by the name of their port.
 */
export function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIp(spec) && needsClusterIp(old)) {
    spec.clusterIP ||= old.clusterIP;
    if (!spec.clusterIPs?.length) spec.clusterIPs = old.clusterIPs;
    spec.ipFamilyPolicy ??= old.ipFamilyPolicy;
    if (!spec.ipFamilies?.length) spec.ipFamilies = old.ipFamilies;
  }
  if (needsNodePorts(spec) && needsNodePorts(old)) keepNodePorts(spec.ports ?? [], old.ports ?? []);
  if (needsHealthCheck(spec) && needsHealthCheck(old)) spec.healthCheckNodePort ||= old.healthCheckNodePort;
}

function keepNodePorts(ports: ServicePort[], old: ServicePort[]): void {
  const used = new Set(ports.map(({ nodePort }) => nodePort));
  const byName = new Map(old.map(({ name = '', nodePort }) => [name, nodePort]));
  for (const port of ports) {
    const nodePort = byName.get(port.name ?? '');
    if (port.nodePort || !nodePort || used.has(nodePort)) continue;
    port.nodePort = nodePort;
    used.add(nodePort);
  }
}

/**
 * Authors may know `clusterIP` only, or both it and `clusterIPs`: whoever changed just the one means the other as well. Who changed both is
 * taken at their word.
 */
export function alignClusterIps(spec: ServiceSpec, old: ServiceSpec | undefined): void {
  const { clusterIP = '', clusterIPs = [] } = spec;
  const changedAlone = old !== undefined && clusterIP !== (old.clusterIP ?? '') && deepEqual(clusterIPs, old.clusterIPs ?? []);
  if (clusterIP === '') {
    delete spec.clusterIP;
    if (changedAlone) delete spec.clusterIPs;
  } else if (clusterIPs.length === 0 || changedAlone) spec.clusterIPs = [clusterIP];
}
