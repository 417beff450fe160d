import type { Lease } from '@kubernats/api';
import { rfc3339Micro } from '@kubernats/clock';

/** What a candidate believes of a lease: its content, and when the candidate first saw that content on its own clock. */
export interface Observation {
  lease: Lease | undefined;
  /** Identifies the content: two looks at the same content share the time of the first. */
  content: string;
  /** Monotonic milliseconds. */
  seenAtMs: number;
}

/** Machines' clocks differ, so a lease's age is measured from when its content was last seen to change. */
export function observe(before: Observation | undefined, lease: Lease | undefined, nowMs: number): Observation {
  const content = JSON.stringify(lease?.spec ?? null);
  return { lease, content, seenAtMs: before?.content === content ? before.seenAtMs : nowMs };
}

/** Whether another candidate holds the lease, as far as this one can tell. */
export function heldByOther(observation: Observation, identity: string, nowMs: number): boolean {
  const spec = observation.lease?.spec;
  if (!spec?.holderIdentity || spec.holderIdentity === identity) return false;
  return nowMs < observation.seenAtMs + (spec.leaseDurationSeconds ?? 0) * 1000;
}

/** The lease as its holder writes it: taken over, or renewed. */
export function claimed(
  lease: Lease | undefined,
  claim: { name: string; namespace: string; identity: string; leaseDurationMs: number; nowMs: number },
): Lease {
  const spec = lease?.spec ?? {};
  const time = rfc3339Micro(claim.nowMs);
  const mine = spec.holderIdentity === claim.identity;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: lease?.metadata ?? { name: claim.name, namespace: claim.namespace },
    spec: {
      ...spec,
      holderIdentity: claim.identity,
      leaseDurationSeconds: Math.ceil(claim.leaseDurationMs / 1000),
      acquireTime: mine ? spec.acquireTime : time,
      renewTime: time,
      leaseTransitions: (spec.leaseTransitions ?? 0) + (mine || lease === undefined ? 0 : 1),
    },
  };
}

/** The lease as its holder leaves it: free at once for the next candidate. */
export function released(lease: Lease, nowMs: number): Lease {
  const time = rfc3339Micro(nowMs);
  const { leaseTransitions } = lease.spec ?? {};
  return { ...lease, spec: { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time, leaseTransitions } };
}
