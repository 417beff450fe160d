import type { Service, ServicePort } from '@kubernats/api';
import type { Protocol } from '../route.ts';

/** Kubernetes' default of `sessionAffinity: ClientIP`: three hours. */
const AFFINITY_DEFAULT_SECONDS = 10_800;

/** The port's protocol if it can be carried: SCTP cannot. */
export function protocolOf({ protocol = 'TCP' }: ServicePort): Protocol | undefined {
  return protocol === 'TCP' || protocol === 'UDP' ? protocol : undefined;
}

/** How long a client that comes back is led where it was led before, as a route has it. */
export function affinityOf({ spec }: Service): { affinityMs?: number } {
  if (spec?.sessionAffinity !== 'ClientIP') return {};
  return { affinityMs: (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_DEFAULT_SECONDS) * 1000 };
}
