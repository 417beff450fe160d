import { quantityMilli } from '@kubernats/apimachinery';
import type { PodSpec } from '../../../../generated/types.ts';

const COUNTED = ['cpu', 'memory'];

/**
 * The Pod's quality of service: Guaranteed when every container limits cpu and memory and requests just that, BestEffort when
 * none asks for any, else Burstable. It decides who goes first when a node runs out.
 */
export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  let asks = false;
  let guaranteed = true;
  for (const { resources } of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
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
