import { quantityMilli } from '@kubernats/apimachinery';
import type { PodSpec } from '../../../../generated/types.ts';

const COUNTED = ['cpu', 'memory'];

/**
 * The Pod's quality of service: Guaranteed when every container limits cpu and memory and requests just that, BestEffort when
 * none asks for any, else Burstable. Resources of the Pod as a whole, where it has any, stand for those of all its containers. It
 * decides who goes first when a node runs out. Source: "Pod Quality of Service Classes".
 */
export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  let asks = false;
  let guaranteed = true;
  const { requests = {}, limits = {} } = spec.resources ?? {};
  const ofPod = Object.keys(requests).length > 0 || Object.keys(limits).length > 0;
  for (const { resources } of ofPod ? [spec] : [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    for (const resource of COUNTED) {
      const request = quantityMilli(resources?.requests?.[resource]);
      const limit = quantityMilli(resources?.limits?.[resource]);
      if (request > 0 || limit > 0) asks = true;
      if (limit <= 0 || (request !== limit && request !== 0)) guaranteed = false;
    }
  }
  if (!asks) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
