import type { Lease, Node } from '@kubernats/api';
import { readyCondition } from './health.ts';

/**
 * When each node was last heard of, by our own monotonic clock: what nodes say about the time is compared with what they said before, never with our
 * time. Source: kube-controller-manager's node lifecycle controller.
 */
export class SignsOfLife {
  readonly #last = new Map<string, number>();
  readonly #said = new Map<string, string>();

  /** A node renewed its Lease. */
  seeLease({ metadata, spec }: Lease, nowMs: number): void {
    this.#hear(`lease ${metadata?.name}`, metadata?.name ?? '', spec?.renewTime ?? '', nowMs);
  }

  /** A node wrote its status; a change by somebody else is no sign of life. */
  seeNode(node: Node, nowMs: number): void {
    const name = node.metadata?.name ?? '';
    this.#hear(`status ${name}`, name, readyCondition(node)?.lastHeartbeatTime ?? '', nowMs);
  }

  forget(name: string): void {
    this.#last.delete(name);
    this.#said.delete(`lease ${name}`);
    this.#said.delete(`status ${name}`);
  }

  /** A node that was never heard of is so from now on. */
  last(name: string, nowMs: number): number {
    const known = this.#last.get(name);
    if (known === undefined) this.#last.set(name, nowMs);
    return known ?? nowMs;
  }

  #hear(topic: string, name: string, said: string, nowMs: number): void {
    if (this.#said.get(topic) === said) return;
    this.#said.set(topic, said);
    this.#last.set(name, nowMs);
  }
}
