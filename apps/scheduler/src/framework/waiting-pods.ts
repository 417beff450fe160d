import { formatDuration } from '@kubernats/apimachinery';
import type { Clock, Timer } from '@kubernats/clock';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { type Refusal, resolvable } from './plugin.ts';

/** No Pod waits longer, whatever a plug-in says. As in kube-scheduler. */
const MOST_MS = 15 * 60_000;

/** A Pod that has a node, and goes there as soon as the plug-ins that hold it up say so. */
export interface WaitingPod {
  readonly info: PodInfo;
  readonly nodeName: string;
  /** The plug-ins that hold it up. */
  readonly heldBy: readonly string[];
  /** One of them lets it go. */
  allow(plugin: string): void;
  /** It does not go to that node. */
  reject(plugin: string, message: string): void;
}

/** The Pods that plug-ins hold up at the extension point permit. */
export class WaitingPods {
  readonly #clock: Clock;
  readonly #pods = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get all(): readonly WaitingPod[] {
    return [...this.#pods.values()];
  }

  /** Resolves when nobody holds the Pod up any more, or with why it does not go there. `heldBy`: how long each plug-in holds it up at most, by name. */
  async wait(info: PodInfo, nodeName: string, heldBy: ReadonlyMap<string, number>, signal: AbortSignal): Promise<Refusal | undefined> {
    const waiting = new Waiting(this.#clock, info, nodeName, heldBy);
    this.#pods.set(info.key, waiting);
    const onAbort = (): void => waiting.reject('', 'the scheduler stops');
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await waiting.settled;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#pods.delete(info.key);
    }
  }

  /** The Pod is gone. */
  reject(key: string, message: string): void {
    this.#pods.get(key)?.reject('', message);
  }
}

class Waiting implements WaitingPod {
  readonly info: PodInfo;
  readonly nodeName: string;
  readonly #timers = new Map<string, Timer>();
  readonly #settled = Promise.withResolvers<Refusal | undefined>();

  constructor(clock: Clock, info: PodInfo, nodeName: string, heldBy: ReadonlyMap<string, number>) {
    this.info = info;
    this.nodeName = nodeName;
    for (const [plugin, waitMs] of heldBy) {
      const ms = Math.min(waitMs, MOST_MS);
      const late = `rejected due to timeout after waiting ${formatDuration(ms)} at plugin ${plugin}`;
      this.#timers.set(
        plugin,
        clock.setTimer(ms, () => this.reject(plugin, late)),
      );
    }
  }

  get settled(): Promise<Refusal | undefined> {
    return this.#settled.promise;
  }

  get heldBy(): readonly string[] {
    return [...this.#timers.keys()];
  }

  allow(plugin: string): void {
    this.#timers.get(plugin)?.cancel();
    if (this.#timers.delete(plugin) && this.#timers.size === 0) this.#settled.resolve(undefined);
  }

  reject(plugin: string, message: string): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#settled.resolve({ ...resolvable(message), plugin });
  }
}
