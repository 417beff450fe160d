import type { Node, PersistentVolume, Pod, VolumeAttachment } from '@kubernats/api';
import type { ResourceCache } from '../cache/resource-cache.ts';
import { type Attributes, exactly } from './attributes.ts';
import { machineNodeOf } from './machine.ts';
import { PodReferences, type ReferencedResource } from './pod-references.ts';

const PREFIX = 'system:node:';
const GROUP = 'system:nodes';
export const POOL_LABEL = 'kubernats.dev/kubelet';
const LEASE_NAMESPACE = 'kube-node-lease';
const REFERENCED = new Set<string>(['secrets', 'configmaps'] satisfies ReferencedResource[]);

const READS = new Set(['get', 'list', 'watch']);
const WRITES = new Set(['create', 'update', 'patch']);
const CHANGES = new Set(['update', 'patch']);
/** What a kubelet does with what bears the name of its node. */
const OWN_VERBS = new Set(['get', 'update', 'patch', 'delete']);

export interface NodeCaches {
  nodes: ResourceCache;
  pods: ResourceCache;
  claims: ResourceCache;
  volumes: ResourceCache;
  attachments: ResourceCache;
}

/** The pool of nodes that a user speaks for; undefined for everybody else. */
export function poolOf(user: { name: string; groups: readonly string[] }): string | undefined {
  return user.name.startsWith(PREFIX) && user.groups.includes(GROUP) ? user.name.slice(PREFIX.length) : undefined;
}

/** Whether the Node belongs to the pool. That of a machine that has joined is one Node and no other. */
export function isOfPool(node: Node | undefined, pool: string): boolean {
  const only = machineNodeOf(pool);
  return node?.metadata?.labels?.[POOL_LABEL] === pool && (only === undefined || node.metadata.name === only);
}

/**
 * What a kubelet may do: see Nodes and change its own, keep their Leases, see and report on the Pods that are bound to them, and read what
 * those refer to. What it may write into them is the NodeRestriction plug-in's to say. Source: "Using Node Authorization".
 */
export class NodeAuthorizer {
  readonly #caches: NodeCaches;
  #references: PodReferences | undefined;

  constructor(caches: NodeCaches) {
    this.#caches = caches;
  }

  allows(attributes: Attributes): boolean {
    const pool = poolOf(attributes.user);
    const { resource } = attributes;
    if (pool === undefined || !resource) return false;
    switch (`${resource.group}/${resource.resource}`) {
      case '/nodes':
        return this.#nodes(attributes, pool);
      case 'coordination.k8s.io/leases':
        return resource.namespace === LEASE_NAMESPACE && (attributes.verb === 'create' || this.#owns(resource.name, pool));
      case '/pods':
        return this.#pods(attributes, pool);
      case '/services':
        return READS.has(attributes.verb);
      case '/events':
      case 'events.k8s.io/events':
        return WRITES.has(attributes.verb);
      case '/persistentvolumes':
        return attributes.verb === 'get' && this.#usesVolume(resource.name, pool);
      case 'storage.k8s.io/volumeattachments':
        return attributes.verb === 'get' && resource.subresource === '' && this.#isAttachedHere(resource.name, pool);
      case 'storage.k8s.io/csidrivers':
        return READS.has(attributes.verb);
      case 'storage.k8s.io/csinodes':
        return attributes.verb === 'create' || (OWN_VERBS.has(attributes.verb) && this.#owns(resource.name, pool));
      case '/persistentvolumeclaims':
        return resource.subresource === 'status'
          ? this.#finishes(attributes, pool)
          : resource.subresource === '' && this.#reads(attributes, pool);
      case '/serviceaccounts':
        return resource.subresource === 'token'
          ? attributes.verb === 'create' && this.#uses(resource, pool)
          : this.#reads(attributes, pool);
      default:
        return resource.group === '' && REFERENCED.has(resource.resource) && resource.subresource === '' && this.#reads(attributes, pool);
    }
  }

  #nodes({ verb, resource }: Attributes, pool: string): boolean {
    // The Node of a machine that joins is made with its credentials: when it is deleted they are worth nothing any more.
    if (READS.has(verb) || verb === 'create') return verb !== 'create' || machineNodeOf(pool) === undefined;
    return (verb === 'update' || verb === 'patch' || verb === 'delete') && this.#owns(resource?.name ?? '', pool);
  }

  /**
   * Pods may be listed and watched as a whole (a pool of many nodes does), or for one node that is not somebody else's: a kubelet asks
   * for the Pods of its nodes before it registers them.
   */
  #pods({ verb, resource, fieldSelector }: Attributes, pool: string): boolean {
    if (!resource) return false;
    if (verb === 'list' || verb === 'watch') {
      const node = exactly('spec.nodeName', fieldSelector);
      if (machineNodeOf(pool) !== undefined) return node !== undefined && this.#owns(node, pool);
      return node === undefined || this.#owns(node, pool) || !this.#caches.nodes.get('', node);
    }
    if (resource.subresource !== '' && resource.subresource !== 'status') return false;
    if (!['get', 'update', 'patch', 'delete'].includes(verb)) return false;
    if (resource.subresource === '' && (verb === 'update' || verb === 'patch')) return false;
    const pod = this.#caches.pods.get(resource.namespace, resource.name)?.object as Pod | undefined;
    // A Pod that is gone is answered with NotFound rather than with a refusal: its node has to learn that.
    return pod === undefined || this.#owns(pod.spec?.nodeName ?? '', pool);
  }

  #reads({ verb, resource, fieldSelector }: Attributes, pool: string): boolean {
    if (!resource || !READS.has(verb)) return false;
    const name = resource.name || exactly('metadata.name', fieldSelector);
    if (!name || resource.namespace === '') return false;
    return this.#anyOwned(this.#index().nodesUsing(resource.resource as ReferencedResource, resource.namespace, name), pool);
  }

  /** Whether a Pod of the pool's nodes runs as the account, or uses the claim. */
  #uses({ resource, namespace, name }: NonNullable<Attributes['resource']>, pool: string): boolean {
    return this.#anyOwned(this.#index().nodesUsing(resource as ReferencedResource, namespace, name), pool);
  }

  /** A node says of its Pods' claims that their expansion is done. */
  #finishes({ verb, resource }: Attributes, pool: string): boolean {
    return resource !== undefined && CHANGES.has(verb) && this.#uses(resource, pool);
  }

  #isAttachedHere(name: string, pool: string): boolean {
    const attachment = this.#caches.attachments.get('', name)?.object as VolumeAttachment | undefined;
    // Also of one that has not come yet.
    return attachment === undefined || this.#owns(attachment.spec.nodeName, pool);
  }

  #usesVolume(name: string, pool: string): boolean {
    const volume = this.#caches.volumes.get('', name)?.object as PersistentVolume | undefined;
    // Of one that is gone a node is to learn that it is.
    return volume === undefined || this.#anyOwned(this.#index().nodesUsingVolume(volume.spec?.claimRef), pool);
  }

  #anyOwned(nodes: Iterable<string>, pool: string): boolean {
    for (const node of nodes) if (this.#owns(node, pool)) return true;
    return false;
  }

  #owns(name: string, pool: string): boolean {
    return isOfPool(this.#caches.nodes.get('', name)?.object, pool);
  }

  #index(): PodReferences {
    this.#references ??= new PodReferences(this.#caches.pods, this.#caches.claims);
    return this.#references;
  }
}
