import type { KubeObject } from '@kubernats/api';
import type { ApiTransport, FollowTarget } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { ConfigError } from '../env/sources.ts';

export interface FollowDeps {
  transport: ApiTransport;
  clock: Clock;
  onError(error: unknown): void;
}

/** A kind whose objects are followed by name. */
export interface FollowedKind<V> {
  /** As the kubelet calls one of it. */
  readonly called: string;
  readonly target: Pick<FollowTarget, 'group' | 'version' | 'resource'>;
  /** What is kept of an object. */
  keep(object: KubeObject): V;
  /** Nothing of it can change any more. */
  isFinal(object: KubeObject): boolean;
}

/** How long a reader waits for what has not come yet; then it is told, and comes again. As the kubelet does. */
const FIRST_WAIT_MS = 1000;

/** One object, watched by its name from the first Pod of the kubelet's nodes that refers to it to the last. */
export class FollowedObject<V> {
  readonly #deps: FollowDeps;
  readonly #kind: FollowedKind<V>;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #isKnown = false;
  /** Somebody went away without an answer. */
  #isAwaited = false;
  #version: string | undefined;
  #kept: V | undefined;

  constructor(deps: FollowDeps, kind: FollowedKind<V>, namespace: string, name: string) {
    this.#deps = deps;
    this.#kind = kind;
    void deps.transport.follow(
      { ...kind.target, namespace, fieldSelector: `metadata.name=${name}` },
      {
        replace: ([object]) => this.#saw(object),
        changed: (type, object) => this.#saw(type === 'DELETED' ? undefined : object),
        failed: (error) => deps.onError(error),
      },
      this.#stop.signal,
    );
  }

  add(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Whether that was the last one. */
  remove(listener: () => void): boolean {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return false;
    this.#stop.abort();
    return true;
  }

  async read(): Promise<V | undefined> {
    if (!this.#isKnown) {
      const giveUp = new AbortController();
      const wait = this.#deps.clock.sleep(FIRST_WAIT_MS, giveUp.signal).catch(() => {});
      await Promise.race([this.#first.promise, wait]);
      giveUp.abort();
    }
    if (this.#isKnown) return this.#kept;
    this.#isAwaited = true;
    throw new ConfigError(`failed to sync ${this.#kind.called} cache: timed out waiting for the condition`);
  }

  #saw(object: KubeObject | undefined): void {
    const version = object && `${object.metadata?.uid}/${object.metadata?.resourceVersion}`;
    if (this.#isKnown && version === this.#version) return;
    const isNews = this.#isKnown || this.#isAwaited;
    this.#isKnown = true;
    this.#version = version;
    this.#kept = object && this.#kind.keep(object);
    this.#first.resolve();
    // What cannot change need not be watched.
    if (object && this.#kind.isFinal(object)) this.#stop.abort();
    if (isNews) for (const listener of [...this.#listeners]) listener();
  }
}
