import type { PersistentVolumeClaim, Pod } from '@kubernats/api';
import { ConfigError, type IssuedToken, type SourceData, type SourceKind, type Sources } from '../env/sources.ts';
import { type FollowDeps, FollowedObject } from './followed-object.ts';
import { FOLLOWED_KINDS, type FollowedKinds } from './kinds.ts';
import { PodTokens, type TokenDeps } from './pod-tokens.ts';
import { claimsOf, referencesOf } from './references.ts';

type Followed = { [K in keyof FollowedKinds]: Map<string, FollowedObject<KeptOf<K>>> };
type KeptOf<K extends keyof FollowedKinds> = ReturnType<FollowedKinds[K]['keep']>;

/**
 * What the nodes of a kubelet fetch for their Pods, shared by all of them: a ConfigMap that five hundred Pods refer to is watched once. A kubelet
 * may watch by name what its Pods refer to, and nothing else: the node authoriser sees to that.
 */
export class PodSources implements Sources {
  readonly #deps: FollowDeps;
  readonly #tokens: PodTokens;
  readonly #objects: Followed = { configmap: new Map(), secret: new Map(), persistentvolumeclaim: new Map() };

  constructor(deps: FollowDeps & TokenDeps) {
    this.#deps = deps;
    this.#tokens = new PodTokens(deps);
  }

  read(kind: SourceKind, name: string, namespace: string): Promise<SourceData | undefined> {
    return this.#read(kind, name, namespace);
  }

  claim(name: string, namespace: string): Promise<PersistentVolumeClaim | undefined> {
    return this.#read('persistentvolumeclaim', name, namespace);
  }

  token(pod: Pod, audience: string, seconds: number): Promise<IssuedToken> {
    return this.#tokens.token(pod, audience, seconds);
  }

  follow(pod: Pod, changed: () => void, only?: 'claims'): () => void {
    const { namespace = '', uid = '' } = pod.metadata ?? {};
    // Several Pods may share a function; each counts for itself.
    const listener = (): void => changed();
    const references = only === 'claims' ? claimsOf(pod) : referencesOf(pod);
    const leave = references.map(({ kind, name }) => this.#join(kind, namespace, name, listener));
    return () => {
      this.#tokens.forget(uid);
      for (const one of leave) one();
    };
  }

  #join<K extends keyof FollowedKinds>(kind: K, namespace: string, name: string, listener: () => void): () => void {
    const ofKind: Map<string, FollowedObject<unknown>> = this.#objects[kind];
    const key = keyOf(namespace, name);
    let object = ofKind.get(key);
    if (!object) ofKind.set(key, (object = new FollowedObject<unknown>(this.#deps, FOLLOWED_KINDS[kind], namespace, name)));
    object.add(listener);
    return () => {
      if (ofKind.get(key)?.remove(listener)) ofKind.delete(key);
    };
  }

  async #read<K extends keyof FollowedKinds>(kind: K, name: string, namespace: string): Promise<KeptOf<K> | undefined> {
    const object = this.#objects[kind].get(keyOf(namespace, name));
    if (!object) throw new ConfigError(`object "${namespace}"/"${name}" not registered`);
    return object.read();
  }
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;
