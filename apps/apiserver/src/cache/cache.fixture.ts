import type { KubeObject } from '@kubernats/api';
import type { CacheEvent } from './event.ts';
import { ResourceCache } from './resource-cache.ts';
import type { Selection } from './selection.ts';
import { type Held, Stored, serialise } from './stored.ts';

/** All objects of a resource, as a selection. */
export const EVERYTHING: Selection = {
  key: '',
  namespace: undefined,
  name: undefined,
  indexed: undefined,
  everything: true,
  matches: () => true,
};

/** An object for tests, in namespace `ns`. */
export function storedOf(
  name: string,
  revision: number,
  more: { labels?: Record<string, string>; node?: string; uid?: string } = {},
): Stored {
  const { labels, node, uid = `uid-${name}` } = more;
  const object: Held = {
    kind: 'Thing',
    apiVersion: 'v1',
    metadata: { name, namespace: 'ns', uid, ...(labels ? { labels } : {}) },
    ...{ spec: { nodeName: node } },
  };
  return Stored.fromStore('ns', name, revision, serialise(object));
}

export const added = (stored: Stored): CacheEvent => ({ type: 'ADDED', revision: stored.revision, stored, previous: undefined });
export const changed = (stored: Stored, previous: Stored): CacheEvent => ({
  type: 'MODIFIED',
  revision: stored.revision,
  stored,
  previous,
});
export const deleted = (stored: Stored, previous: Stored): CacheEvent => ({ type: 'DELETED', revision: stored.revision, stored, previous });

/** A cache of these objects, and more as they come. */
export function cacheOf(...objects: KubeObject[]): ResourceCache & { put(object: KubeObject): void; drop(object: KubeObject): void } {
  const cache = new ResourceCache({ minEvents: 100, maxEvents: 100, keepMs: 0 }, undefined, 0);
  let revision = 0;
  const apply = (object: KubeObject, isDeleted: boolean) => {
    const { namespace = '', name = '' } = object.metadata ?? {};
    const raw = serialise({ ...object, metadata: object.metadata ?? {} });
    cache.apply(Stored.fromStore(namespace, name, ++revision, raw), isDeleted, 0);
  };
  for (const object of objects) apply(object, false);
  return Object.assign(cache, { put: (object: KubeObject) => apply(object, false), drop: (object: KubeObject) => apply(object, true) });
}
