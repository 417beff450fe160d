// What the type of a Service asks of its other fields.
import type { ServiceSpec } from '../../../../generated/types.ts';

export const needsClusterIp = ({ type }: ServiceSpec): boolean => type !== 'ExternalName';
export const needsNodePorts = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer';
export const isHeadless = ({ clusterIP }: ServiceSpec): boolean => clusterIP === 'None';

/** Whether load balancers ask each node if it has endpoints of its own. Source: the Service concept, "Traffic policies". */
export const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

export const isExternallyAccessible = (spec: ServiceSpec): boolean =>
  needsNodePorts(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
