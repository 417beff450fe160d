import { claimNameOf, type EnvFromSource, type EnvVar, type PersistentVolumeClaim, type Pod, type Volume } from '@kubernats/api';
import type { ResourceCache } from '../cache/resource-cache.ts';
import type { Stored } from '../cache/stored.ts';

export type ReferencedResource = 'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'serviceaccounts';

/** What a Pod's node has to read for it, as `resource/name`; all in the Pod's namespace. */
export function referencesOf(pod: Pod): Set<string> {
  const { spec } = pod;
  const found = new Set<string>();
  const add = (resource: ReferencedResource, name: string | undefined) => {
    if (name) found.add(`${resource}/${name}`);
  };
  if (!spec) return found;
  add('serviceaccounts', spec.serviceAccountName);
  for (const { name } of spec.imagePullSecrets ?? []) add('secrets', name);
  for (const volume of spec.volumes ?? []) {
    ofVolume(volume, add);
    add('persistentvolumeclaims', claimNameOf(pod, volume));
  }
  for (const { env = [], envFrom = [] } of [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ]) {
    ofEnvironment(env, envFrom, add);
  }
  return found;
}

type Add = (resource: ReferencedResource, name: string | undefined) => void;

function ofVolume({ secret, configMap, projected }: Volume, add: Add): void {
  add('secrets', secret?.secretName);
  add('configmaps', configMap?.name);
  for (const source of projected?.sources ?? []) {
    add('secrets', source.secret?.name);
    add('configmaps', source.configMap?.name);
  }
}

function ofEnvironment(env: readonly EnvVar[], envFrom: readonly EnvFromSource[], add: Add): void {
  for (const { valueFrom } of env) {
    add('secrets', valueFrom?.secretKeyRef?.name);
    add('configmaps', valueFrom?.configMapKeyRef?.name);
  }
  for (const { secretRef, configMapRef } of envFrom) {
    add('secrets', secretRef?.name);
    add('configmaps', configMapRef?.name);
  }
}

/** Which Pods refer to what, kept up to date from the cache. Made when a node first asks. */
export class PodReferences {
  readonly #pods: ResourceCache;
  readonly #claims: ResourceCache;
  readonly #podsByReference = new Map<string, Set<string>>();

  constructor(pods: ResourceCache, claims: ResourceCache) {
    this.#pods = pods;
    this.#claims = claims;
    pods.observe((now, before) => {
      if (before) this.#change(before, false);
      if (now) this.#change(now, true);
    });
  }

  /** The nodes that have a Pod which refers to it. */
  *nodesUsing(resource: ReferencedResource, namespace: string, name: string): Iterable<string> {
    for (const id of this.#podsByReference.get(`${namespace}|${resource}/${name}`) ?? []) {
      const pod = this.#pods.get(namespace, id)?.object as Pod | undefined;
      if (pod?.spec?.nodeName) yield pod.spec.nodeName;
    }
  }

  /** The nodes that have a Pod whose claim is bound to the volume. */
  *nodesUsingVolume(claimRef: { namespace?: string; name?: string } | undefined): Iterable<string> {
    const { namespace = '', name = '' } = claimRef ?? {};
    const claim = this.#claims.get(namespace, name)?.object as PersistentVolumeClaim | undefined;
    if (claim) yield* this.nodesUsing('persistentvolumeclaims', namespace, name);
  }

  #change({ object, namespace, name }: Stored, add: boolean): void {
    for (const reference of referencesOf(object)) {
      const key = `${namespace}|${reference}`;
      const pods = this.#podsByReference.get(key);
      if (add) {
        if (pods) pods.add(name);
        else this.#podsByReference.set(key, new Set([name]));
      } else if (pods?.delete(name) && pods.size === 0) this.#podsByReference.delete(key);
    }
  }
}
