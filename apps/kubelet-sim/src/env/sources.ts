import type { PersistentVolumeClaim, Pod } from '@kubernats/api';

/** What a container or volume refers to cannot be had (yet); the message is the kubelet's. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type SourceKind = 'configmap' | 'secret';

/** What is in a ConfigMap or a Secret. */
export interface SourceData {
  /** By key, as volumes show them: binary data too. */
  files: ReadonlyMap<string, Uint8Array>;
  /** By key, as variables have them. */
  texts: ReadonlyMap<string, string>;
}

export interface IssuedToken {
  token: string;
  /** When to ask again: then a newer one is there. */
  refreshAtMs: number;
}

/** What a node has to fetch for its Pods. */
export interface Sources {
  /** Undefined when there is no such object. Only what `follow` was told of can be read. Throws `ConfigError`. */
  read(kind: SourceKind, name: string, namespace: string): Promise<SourceData | undefined>;
  /** As `read`. */
  claim(name: string, namespace: string): Promise<PersistentVolumeClaim | undefined>;
  /** A token of the Pod's ServiceAccount, bound to the Pod. Throws `ConfigError`. */
  token(pod: Pod, audience: string, seconds: number): Promise<IssuedToken>;
  /** Keeps at hand what the Pod refers to (or only the claims of its volumes), and tells when something of it changes. The answer ends it. */
  follow(pod: Pod, changed: () => void, only?: 'claims'): () => void;
}
