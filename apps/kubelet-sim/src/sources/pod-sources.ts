import type { Pod } from '@kubernats/api';
import { ConfigError, type IssuedToken, type SourceData, type SourceKind, type Sources } from '../env/sources.ts';
import { type FollowDeps, FollowedObject } from './followed-object.ts';
import { PodTokens, type TokenDeps } from './pod-tokens.ts';
import { referencesOf } from './references.ts';

/**
 * What the nodes of a kubelet fetch for their Pods, shared by all of them: a ConfigMap that five hundred Pods refer to is watched once. A kubelet
 * may watch by name what its Pods refer to, and nothing else: the node authoriser sees to that.
 */
export class PodSources implements Sources {
  readonly #deps: FollowDeps;
  readonly #tokens: PodTokens;
  readonly #objects = new Map<string, FollowedObject>();

  constructor(deps: FollowDeps & TokenDeps) {
    this.#deps = deps;
    this.#tokens = new PodTokens(deps);
  }

  async read(kind: SourceKind, name: string, namespace: string): Promise<SourceData | undefined> {
    const object = this.#objects.get(keyOf(kind, namespace, name));
    if (!object) throw new ConfigError(`object "${namespace}"/"${name}" not registered`);
    return object.read();
  }

  token(pod: Pod, audience: string, seconds: number): Promise<IssuedToken> {
    return this.#tokens.token(pod, audience, seconds);
  }

  follow(pod: Pod, changed: () => void): () => void {
    const { namespace = '', uid = '' } = pod.metadata ?? {};
    // Several Pods may share a function; each counts for itself.
    const listener = (): void => changed();
    const keys = referencesOf(pod).map(({ kind, name }) => {
      const key = keyOf(kind, namespace, name);
      let object = this.#objects.get(key);
      if (!object) this.#objects.set(key, (object = new FollowedObject(this.#deps, kind, namespace, name)));
      object.add(listener);
      return key;
    });
    return () => {
      this.#tokens.forget(uid);
      for (const key of keys) if (this.#objects.get(key)?.remove(listener)) this.#objects.delete(key);
    };
  }
}

const keyOf = (kind: SourceKind, namespace: string, name: string): string => `${kind}/${namespace}/${name}`;
