import { fieldPath } from '@kubernats/apimachinery';
import type { Service } from '../../../../generated/types.ts';
import { notHonouredWarning } from '../../../validation/not-honoured.ts';
import { isHeadless } from './types.ts';

const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

/** What Kubernetes warns of: fields that are set and have no effect; and annotations that have none here. */
export function serviceWarnings({ metadata, spec = {} }: Service): string[] {
  const out: string[] = [];
  const { [TOPOLOGY_HINTS]: hints, [TOPOLOGY_MODE]: mode } = metadata?.annotations ?? {};
  if (hints !== undefined) out.push(`annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`);
  for (const [annotation, value] of [
    [TOPOLOGY_HINTS, hints],
    [TOPOLOGY_MODE, mode],
  ] as const) {
    if (value?.toLowerCase() === 'auto') out.push(notHonouredWarning(fieldPath('metadata', 'annotations').key(annotation)));
  }
  if (isHeadless(spec)) {
    if (spec.loadBalancerIP) out.push('spec.loadBalancerIP is ignored when spec.clusterIP is "None"');
    if (spec.externalIPs?.length) out.push('spec.externalIPs is ignored when spec.clusterIP is "None"');
    if (spec.sessionAffinity !== 'None') out.push('spec.SessionAffinity is ignored for headless services');
  }
  if (spec.externalName && spec.type !== 'ExternalName') out.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  return out;
}
