import type { Service } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { wantsLoadBalancer } from './claims.ts';

/** What changed of a Service's load balancer; with the event, if it is one that people are told of. */
export interface Change {
  event?: { reason: string; message: string };
}

const listText = (texts: readonly string[] = []): string => `[${texts.join(' ')}]`;

/** What of a Service its load balancer has to follow; undefined: nothing. Source: `needsUpdate` of the service controller, whose events these are. */
export function changeOf(old: Service, service: Service): Change | undefined {
  const [before, after] = [old.spec ?? {}, service.spec ?? {}];
  const told = (reason: string, from: unknown, to: unknown): Change => ({ event: { reason, message: `${from} -> ${to}` } });
  if (wantsLoadBalancer(old) !== wantsLoadBalancer(service)) return before.type === after.type ? {} : told('Type', before.type, after.type);
  if (!wantsLoadBalancer(service)) return undefined;
  if (!deepEqual(before.loadBalancerSourceRanges, after.loadBalancerSourceRanges)) {
    return told('LoadBalancerSourceRanges', listText(before.loadBalancerSourceRanges), listText(after.loadBalancerSourceRanges));
  }
  if (before.loadBalancerIP !== after.loadBalancerIP)
    return told('LoadbalancerIP', before.loadBalancerIP ?? '', after.loadBalancerIP ?? '');
  if (before.externalTrafficPolicy !== after.externalTrafficPolicy) {
    return told('ExternalTrafficPolicy', before.externalTrafficPolicy, after.externalTrafficPolicy);
  }
  if (before.healthCheckNodePort !== after.healthCheckNodePort) {
    return told('HealthCheckNodePort', before.healthCheckNodePort ?? 0, after.healthCheckNodePort ?? 0);
  }
  const others = (each: Service): unknown => [
    each.metadata?.uid,
    each.metadata?.annotations,
    each.spec?.ports,
    each.spec?.sessionAffinity,
    each.spec?.sessionAffinityConfig,
  ];
  return deepEqual(others(old), others(service)) ? undefined : {};
}
