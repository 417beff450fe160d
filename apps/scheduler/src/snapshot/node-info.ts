import type { Node, Pod } from '@kubernats/api';
import { type Amounts, add, amountsOf, requestsOf, scoringRequestsOf } from './resources.ts';

/** What the scheduler remembers of a Pod on a node: enough to take it off again. */
interface Placed {
  requests: Amounts;
  scoring: Amounts;
  hostPorts: HostPort[];
}

export interface HostPort {
  address: string;
  port: number;
  protocol: string;
}

/** One node with the sums over its Pods, kept up by one addition or subtraction a Pod. */
export class NodeInfo {
  node: Node | undefined;
  allocatable: Amounts = Object.create(null);
  readonly requested: Amounts = Object.create(null);
  readonly scoring: Amounts = Object.create(null);
  readonly #pods = new Map<string, Placed>();

  setNode(node: Node | undefined): void {
    this.node = node;
    this.allocatable = amountsOf(node?.status?.allocatable ?? node?.status?.capacity);
  }

  get podCount(): number {
    return this.#pods.size;
  }

  /** Ports of the node itself that Pods hold. */
  *hostPorts(): Generator<HostPort> {
    for (const placed of this.#pods.values()) yield* placed.hostPorts;
  }

  /** Idempotent by `key`: a Pod that was assumed here and is then seen here counts once. */
  place(key: string, pod: Pod): void {
    this.remove(key);
    const placed = { requests: requestsOf(pod), scoring: scoringRequestsOf(pod), hostPorts: hostPortsOf(pod) };
    this.#pods.set(key, placed);
    add(this.requested, placed.requests);
    add(this.scoring, placed.scoring);
  }

  remove(key: string): void {
    const placed = this.#pods.get(key);
    if (!placed) return;
    this.#pods.delete(key);
    add(this.requested, placed.requests, -1);
    add(this.scoring, placed.scoring, -1);
  }
}

/** The node's ports that a Pod wants. */
export function hostPortsOf(pod: Pod): HostPort[] {
  const containers = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always'),
  ];
  return containers.flatMap((container) =>
    (container.ports ?? []).flatMap(({ hostPort, hostIP, protocol }) =>
      hostPort ? [{ port: hostPort, address: hostIP || '0.0.0.0', protocol: protocol ?? 'TCP' }] : [],
    ),
  );
}
