import { claimKeysOf, type HostPort, hostPortsOf, type Pod } from '@kubernats/api';
import { keyOf } from '@kubernats/client';
import { type Resources, requestsOf } from './resources.ts';

/** A Pod with what the scheduler asks of it again and again, worked out once. */
export interface PodInfo {
  key: string;
  pod: Pod;
  requests: Resources;
  /** What scoring counts: containers without requests count as a small one. */
  scoreRequests: Resources;
  hostPorts: HostPort[];
  /** The claims that it uses, as keys. */
  claims: string[];
  priority: number;
}

export function podInfoOf(pod: Pod): PodInfo {
  const { exact, forScore } = requestsOf(pod);
  return {
    ...{ key: keyOf(pod), pod, requests: exact, scoreRequests: forScore },
    ...{ hostPorts: hostPortsOf(pod), claims: claimKeysOf(pod), priority: pod.spec?.priority ?? 0 },
  };
}
