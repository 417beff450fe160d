import type { Pod } from '@kubernats/api';
import { keyOf } from '@kubernats/client';
import { type Resources, requestsOf } from './resources.ts';

export interface HostPort {
  ip: string;
  protocol: string;
  port: number;
}

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
    ...{ hostPorts: hostPortsOf(pod), claims: claimsOf(pod), priority: pod.spec?.priority ?? 0 },
  };
}

function claimsOf({ metadata, spec }: Pod): string[] {
  const keys: string[] = [];
  for (const { name, persistentVolumeClaim, ephemeral } of spec?.volumes ?? []) {
    const claim = persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata?.name}-${name}` : undefined);
    if (claim !== undefined) keys.push(`${metadata?.namespace}/${claim}`);
  }
  return keys;
}

function hostPortsOf(pod: Pod): HostPort[] {
  const ports: HostPort[] = [];
  const sidecars = (pod.spec?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  for (const container of [...(pod.spec?.containers ?? []), ...sidecars]) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort) ports.push({ ip: hostIP || '0.0.0.0', protocol: protocol || 'TCP', port: hostPort });
    }
  }
  return ports;
}
