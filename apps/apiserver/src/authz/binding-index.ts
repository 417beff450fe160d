import type { ClusterRoleBinding, RoleBinding, RoleRef } from '@kubernats/api';
import type { ResourceCache } from '../cache/resource-cache.ts';
import type { Stored } from '../cache/stored.ts';
import { subjectKey } from './subjects.ts';

/** Bindings by who they are for, kept up to date from the cache: a decision looks at the user's own bindings only. */
export class BindingIndex {
  readonly #bySubject = new Map<string, Map<string, RoleRef>>();

  /** `onChange` is called after every change. */
  constructor(cache: ResourceCache, onChange: () => void) {
    cache.observe((now, before) => {
      if (before) this.#remove(before);
      if (now) this.#add(now);
      onChange();
    });
  }

  /** The roles that bindings of this namespace ('' for bindings of the cluster) give to a subject. */
  rolesOf(namespace: string, subject: string): Iterable<RoleRef> {
    return this.#bySubject.get(`${namespace}|${subject}`)?.values() ?? [];
  }

  /** The same, each with the binding's NAMESPACE/NAME. */
  bindingsOf(namespace: string, subject: string): Iterable<[id: string, RoleRef]> {
    return this.#bySubject.get(`${namespace}|${subject}`)?.entries() ?? [];
  }

  #add(stored: Stored): void {
    for (const [key, ref] of this.#entries(stored)) {
      let bindings = this.#bySubject.get(key);
      if (!bindings) this.#bySubject.set(key, (bindings = new Map()));
      bindings.set(stored.id, ref);
    }
  }

  #remove(stored: Stored): void {
    for (const [key] of this.#entries(stored)) {
      const bindings = this.#bySubject.get(key);
      bindings?.delete(stored.id);
      if (bindings?.size === 0) this.#bySubject.delete(key);
    }
  }

  *#entries({ object, namespace }: Stored): Iterable<[string, RoleRef]> {
    const { subjects = [], roleRef } = object as RoleBinding | ClusterRoleBinding;
    for (const subject of subjects) yield [`${namespace}|${subjectKey(subject, namespace)}`, roleRef];
  }
}
