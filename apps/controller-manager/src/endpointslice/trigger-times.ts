import type { Pod, Service } from '@kubernats/api';
import { podCondition } from '../pods/pod.ts';

interface Seen {
  service: string;
  /** By Pod: when it last became ready or not. */
  pods: ReadonlyMap<string, string>;
}

/**
 * Remembers, by Service, what its endpoints were last computed from, and so knows since when they are out of date: for the annotation
 * `endpoints.kubernetes.io/last-change-trigger-time`, which tells how long a change took to get to the proxies.
 */
export class TriggerTimes {
  readonly #seen = new Map<string, Seen>();

  /** The time of the oldest change since the last call for this key (RFC 3339); undefined: none that is dated. */
  next(key: string, service: Service, pods: readonly Pod[]): string | undefined {
    const before = this.#seen.get(key);
    const created = service.metadata?.creationTimestamp ?? '';
    const now = new Map(pods.map((pod) => [pod.metadata?.uid ?? '', podCondition(pod, 'Ready')?.lastTransitionTime ?? '']));
    this.#seen.set(key, { service: created, pods: now });
    if (!before) return created || undefined;
    const changed = [...now].filter(([uid, at]) => at > (before.pods.get(uid) ?? '')).map(([, at]) => at);
    if (created > before.service) changed.push(created);
    return changed.sort()[0];
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}
