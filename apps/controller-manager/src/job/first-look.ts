import { type Job, Jobs, type Pod, Pods } from '@kubernats/api';
import { controllerOf, labelSelectorOf } from '@kubernats/apimachinery';
import type { Client } from '@kubernats/client';
import { timeMs } from '../pods/pod.ts';
import { uidOf } from './job-view.ts';

/** How far the clocks of two machines may be apart. */
const SKEW_MS = 60_000;

/**
 * Tells whether the informers show a Job and its Pods as they are, where another process may have written just before this one took over: on an
 * older picture Pods would be counted or created twice. A Job that is newer than this process needs no such look.
 */
export class FirstLook {
  readonly #client: Client;
  readonly #startMs: number;
  readonly #done = new Set<string>();

  constructor(client: Client, startMs: number) {
    this.#client = client;
    this.#startMs = startMs;
  }

  /** `pods` are those that the informer has of the Job. */
  async isCurrent(job: Job, pods: readonly Pod[]): Promise<boolean> {
    const { name = '', namespace, uid = '', creationTimestamp } = job.metadata ?? {};
    if (this.#done.has(uid) || (timeMs(creationTimestamp) ?? 0) > this.#startMs + SKEW_MS) return true;
    const now = await this.#client.kind(Jobs).get(name, namespace);
    if (now.metadata?.resourceVersion !== job.metadata?.resourceVersion) return false;
    const labelSelector = labelSelectorOf(job.spec?.selector).toString();
    const { items } = await this.#client.kind(Pods).list({ namespace, labelSelector });
    const owned = items.filter((pod) => controllerOf(pod)?.uid === uid);
    const shown = new Map(pods.map((pod) => [uidOf(pod), pod.metadata?.resourceVersion]));
    const same = owned.length === shown.size && owned.every((pod) => shown.get(uidOf(pod)) === pod.metadata?.resourceVersion);
    if (same) this.#done.add(uid);
    return same;
  }

  forget({ metadata }: Job): void {
    this.#done.delete(metadata?.uid ?? '');
  }
}
