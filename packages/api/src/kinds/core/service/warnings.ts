import type { Service } from '../../../../generated/types.ts';
import { isHeadless } from './types.ts';

/** What Kubernetes warns of: fields that are set and have no effect. */
export function serviceWarnings({ metadata, spec = {} }: Service): string[] {
  const out: string[] = [];
  if (metadata?.annotations?.['service.kubernetes.io/topology-aware-hints'] !== undefined) {
    out.push('annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead');
  }
  if (isHeadless(spec)) {
    if (spec.loadBalancerIP) out.push('spec.loadBalancerIP is ignored when spec.clusterIP is "None"');
    if (spec.externalIPs?.length) out.push('spec.externalIPs is ignored when spec.clusterIP is "None"');
    if (spec.sessionAffinity !== 'None') out.push('spec.SessionAffinity is ignored for headless services');
  }
  if (spec.externalName && spec.type !== 'ExternalName') out.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  return out;
}
