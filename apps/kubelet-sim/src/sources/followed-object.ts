import type { ConfigMap, KubeObject } from '@kubernats/api';
import type { ApiTransport } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { ConfigError, type SourceData, type SourceKind } from '../env/sources.ts';
import { sourceData } from './source-data.ts';

export interface FollowDeps {
  transport: ApiTransport;
  clock: Clock;
  onError(error: unknown): void;
}

const RESOURCES: Readonly<Record<SourceKind, string>> = { configmap: 'configmaps', secret: 'secrets' };
/** How long a reader waits for what has not come yet; then it is told, and comes again. As the kubelet does. */
const FIRST_WAIT_MS = 1000;

/** One ConfigMap or Secret, watched by its name from the first Pod of the node that refers to it to the last. */
export class FollowedObject {
  readonly #deps: FollowDeps;
  readonly #kind: SourceKind;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #isKnown = false;
  /** Somebody went away without an answer. */
  #isAwaited = false;
  #version: string | undefined;
  #data: SourceData | undefined;

  constructor(deps: FollowDeps, kind: SourceKind, namespace: string, name: string) {
    this.#deps = deps;
    this.#kind = kind;
    const target = { group: '', version: 'v1', resource: RESOURCES[kind], namespace, fieldSelector: `metadata.name=${name}` };
    void deps.transport.follow(
      target,
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

  async read(): Promise<SourceData | undefined> {
    if (!this.#isKnown) {
      const giveUp = new AbortController();
      const wait = this.#deps.clock.sleep(FIRST_WAIT_MS, giveUp.signal).catch(() => {});
      await Promise.race([this.#first.promise, wait]);
      giveUp.abort();
    }
    if (this.#isKnown) return this.#data;
    this.#isAwaited = true;
    throw new ConfigError(`failed to sync ${this.#kind} cache: timed out waiting for the condition`);
  }

  #saw(object: KubeObject | undefined): void {
    const version = object && `${object.metadata?.uid}/${object.metadata?.resourceVersion}`;
    if (this.#isKnown && version === this.#version) return;
    const isNews = this.#isKnown || this.#isAwaited;
    this.#isKnown = true;
    this.#version = version;
    this.#data = object && sourceData(this.#kind, object);
    this.#first.resolve();
    // What cannot change need not be watched.
    if (isImmutable(object)) this.#stop.abort();
    if (isNews) for (const listener of [...this.#listeners]) listener();
  }
}

const isImmutable = (object: ConfigMap | undefined): boolean => object?.immutable === true;
