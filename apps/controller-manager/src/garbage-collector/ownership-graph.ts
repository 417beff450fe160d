import type { KindRef, KubeObject } from '@kubernats/api';
import type { OwnerReference } from '@kubernats/apimachinery';
import type { Informer } from '@kubernats/client';

/** An object and the kind it belongs to. */
export interface Member {
  ref: KindRef;
  object: KubeObject;
}

const BY_OWNER = 'owner';
/** How many deleted objects are remembered, so that nobody has to be asked whether they are gone. */
const GONE_MAX = 10_000;

/** Who owns whom, over all kinds: an index on the shared informers, so that a look-up costs the same in every cluster. */
export class OwnershipGraph {
  readonly #informers = new Map<string, Informer<KubeObject>>();
  readonly #refs = new Map<string, KindRef>();
  readonly #gone = new Set<string>();

  /** From now on the objects of a kind are part of it. */
  add(ref: KindRef, informer: Informer<KubeObject>): void {
    informer.addIndex(BY_OWNER, ({ metadata }) => (metadata?.ownerReferences ?? []).map(({ uid }) => uid));
    this.#informers.set(idOf(ref), informer);
    this.#refs.set(kindOf(ref), ref);
  }

  /** The kind is gone. */
  remove(ref: KindRef): void {
    this.#informers.delete(idOf(ref));
    this.#refs.delete(kindOf(ref));
  }

  /** The queue's key of an object. */
  keyOf({ ref, object: { metadata } }: Member): string {
    return `${idOf(ref)} ${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  }

  /** The object of a key, if it is still there. */
  byKey(key: string): Member | undefined {
    const at = key.lastIndexOf(' ');
    const informer = this.#informers.get(key.slice(0, at));
    const [namespace = '', name = ''] = key.slice(at + 1).split('/');
    const object = informer?.get(name, namespace || undefined);
    return informer && object ? { ref: informer.target, object } : undefined;
  }

  /** Whatever names the object with that uid as its owner. */
  dependentsOf(uid: string): Member[] {
    const found: Member[] = [];
    for (const informer of this.#informers.values()) {
      if (informer.countByIndex(BY_OWNER, uid) === 0) continue;
      for (const object of informer.byIndex(BY_OWNER, uid)) found.push({ ref: informer.target, object });
    }
    return found;
  }

  /** The kind that a reference names, in whatever version; undefined: none that is followed. */
  kindOf({ apiVersion, kind }: OwnerReference): KindRef | undefined {
    const slash = apiVersion.indexOf('/');
    return this.#refs.get(`${slash === -1 ? '' : apiVersion.slice(0, slash)} ${kind}`);
  }

  /** The owner as far as the informers show it: an object of another uid under its name is none. */
  ownerOf(dependent: KubeObject, reference: OwnerReference): Member | undefined {
    const ref = this.kindOf(reference);
    if (!ref) return undefined;
    const object = this.#informers.get(idOf(ref))?.get(reference.name, ref.namespaced ? dependent.metadata?.namespace : undefined);
    return object?.metadata?.uid === reference.uid ? { ref, object } : undefined;
  }

  /** Whether an object of the kind has that uid in any namespace. Looks at all of them: asked once for an owner that is nowhere to be found. */
  isAnywhere(ref: KindRef, uid: string): boolean {
    for (const object of this.#informers.get(idOf(ref))?.values() ?? []) if (object.metadata?.uid === uid) return true;
    return false;
  }

  markGone(uid: string): void {
    this.#gone.add(uid);
    const [oldest] = this.#gone;
    if (this.#gone.size > GONE_MAX && oldest !== undefined) this.#gone.delete(oldest);
  }

  isGone(uid: string): boolean {
    return this.#gone.has(uid);
  }
}

const kindOf = ({ group, kind }: KindRef): string => `${group} ${kind}`;
const idOf = ({ group, plural }: KindRef): string => `${group}/${plural}`;
