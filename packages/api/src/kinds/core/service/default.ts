import type { Service } from '../../../../generated/types.ts';
import { isIPv6 } from '../../../validation/basics.ts';

const CLIENT_IP_SECONDS = 10_800;

/** Fills a Service. Addresses and node ports are given out by the API server, which knows what is free. */
export function defaultService(service: Service): void {
  const spec = (service.spec ??= {});
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    const clientIP = ((spec.sessionAffinityConfig ??= {}).clientIP ??= {});
    clientIP.timeoutSeconds ??= CLIENT_IP_SECONDS;
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  }
  const outward = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (outward) spec.externalTrafficPolicy ||= 'Cluster';
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  defaultFamilies(service);
}

/** One address means one family. Without a selector and headless, Kubernetes would ask for what the cluster has: one family. */
function defaultFamilies({ spec }: Service): void {
  if (!spec || spec.type === 'ExternalName') return;
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  if (!spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0];
  if (!spec.clusterIP) return;
  spec.ipFamilies ??= [isIPv6(spec.clusterIP) ? 'IPv6' : 'IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
}
