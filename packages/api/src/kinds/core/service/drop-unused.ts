import { deepEqual } from '@kubernats/apimachinery';
import type { ServiceSpec } from '../../../../generated/types.ts';
import { isExternallyAccessible, needsClusterIp, needsHealthCheck, needsNodePorts } from './types.ts';

type Field = keyof ServiceSpec;

/** Fields that mean something for some Services only. */
const TYPED_FIELDS: readonly { applies(spec: ServiceSpec): boolean; fields: readonly Field[] }[] = [
  { applies: needsClusterIp, fields: ['ipFamilies', 'ipFamilyPolicy'] },
  { applies: needsHealthCheck, fields: ['healthCheckNodePort'] },
  { applies: ({ type }) => type === 'LoadBalancer', fields: ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] },
  { applies: isExternallyAccessible, fields: ['externalTrafficPolicy'] },
];

/**
 * After a change of type: takes away what the new type has no use for, where the author left it as it was. What the author wrote anew
 * stays, for the validation to refuse.
 */
export function dropUnused(spec: ServiceSpec, old: ServiceSpec): void {
  const unchanged = (field: Field): boolean => deepEqual(spec[field], old[field]);
  for (const { applies, fields } of TYPED_FIELDS) {
    if (!applies(old) || applies(spec)) continue;
    for (const field of fields) if (unchanged(field)) delete spec[field];
  }
  if (needsClusterIp(old) && !needsClusterIp(spec) && unchanged('clusterIP') && unchanged('clusterIPs')) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  }
  if (needsNodePorts(old) && !needsNodePorts(spec) && !hasNewNodePort(spec, old)) for (const port of spec.ports ?? []) delete port.nodePort;
}

function hasNewNodePort(spec: ServiceSpec, old: ServiceSpec): boolean {
  const before = new Set(old.ports?.map(({ nodePort }) => nodePort));
  return (spec.ports ?? []).some(({ nodePort }) => nodePort && !before.has(nodePort));
}
