import type { ClusterRole, PolicyRule, Role, RoleRef } from '@kubernats/api';
import { labelSelectorOf } from '@kubernats/apimachinery';
import type { ResourceCache } from '../cache/resource-cache.ts';
import type { Selection } from '../cache/selection.ts';
import type { UserInfo } from '../call.ts';
import type { Attributes, Decision } from './attributes.ts';
import { BindingIndex } from './binding-index.ts';
import { isByName, ruleAllows } from './rules.ts';
import { subjectKeysOf } from './subjects.ts';

export interface RbacCaches {
  roles: ResourceCache;
  roleBindings: ResourceCache;
  clusterRoles: ResourceCache;
  clusterRoleBindings: ResourceCache;
}

/** All objects of a resource, as a selection. */
export const EVERYTHING: Selection = {
  key: '',
  namespace: undefined,
  name: undefined,
  indexed: undefined,
  everything: true,
  matches: () => true,
};

/** A user's rules in one place, as far as they are known, and what could not be resolved. */
interface Resolved {
  rules: readonly PolicyRule[];
  errors: readonly string[];
}

/**
 * Role-based access control over the watch cache. Rules of a user in a namespace are gathered once and kept until any role or binding
 * changes; answers that do not depend on a name are kept with them.
 */
export class Rbac {
  readonly #caches: RbacCaches;
  readonly #bindings: BindingIndex;
  readonly #clusterBindings: BindingIndex;
  #resolved = new Map<string, Resolved>();
  #answers = new Map<string, boolean>();

  constructor(caches: RbacCaches) {
    this.#caches = caches;
    const forget = () => {
      this.#resolved = new Map();
      this.#answers = new Map();
    };
    this.#bindings = new BindingIndex(caches.roleBindings, EVERYTHING, forget);
    this.#clusterBindings = new BindingIndex(caches.clusterRoleBindings, EVERYTHING, forget);
    caches.roles.watches.subscribe(EVERYTHING, { change: forget, lost: forget });
    caches.clusterRoles.watches.subscribe(EVERYTHING, { change: forget, lost: forget });
  }

  decide(attributes: Attributes): Decision {
    const { user, verb, resource, path } = attributes;
    const namespace = resource?.namespace ?? '';
    const who = `${user.name}\n${user.groups.join('\n')}`;
    const key = resource
      ? `${who}|${verb}|${resource.group}|${resource.resource}|${resource.subresource}|${namespace}`
      : `${who}|${verb}|${path}`;
    const known = this.#answers.get(key);
    if (known === true) return { allowed: true };
    const { rules, errors } = this.#rulesOf(who, user, namespace);
    if (known === false) return { allowed: false, reason: reasonOf(errors) };
    let byName = false;
    for (const rule of rules) {
      if (!ruleAllows(rule, attributes)) {
        byName ||= isByName(rule);
        continue;
      }
      if (!isByName(rule)) this.#remember(key, true);
      return { allowed: true };
    }
    if (!byName) this.#remember(key, false);
    return { allowed: false, reason: reasonOf(errors) };
  }

  /** All rules that apply to the user in the namespace, those of the whole cluster included. */
  rulesOf(user: UserInfo, namespace: string): readonly PolicyRule[] {
    return this.#rulesOf(`${user.name}\n${user.groups.join('\n')}`, user, namespace).rules;
  }

  /** The rules of the role that a binding in `namespace` refers to; undefined when there is none. */
  rulesOfRole(ref: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    if (ref.kind === 'Role') return (this.#caches.roles.get(namespace, ref.name)?.object as Role | undefined)?.rules ?? undefined;
    const role = this.#caches.clusterRoles.get('', ref.name)?.object as ClusterRole | undefined;
    return role && this.#rulesOfClusterRole(role);
  }

  #rulesOf(who: string, user: UserInfo, namespace: string): Resolved {
    const key = `${who}|${namespace}`;
    let resolved = this.#resolved.get(key);
    if (!resolved) {
      if (this.#resolved.size > 10_000) this.#resolved.clear();
      resolved = this.#resolve(user, namespace);
      this.#resolved.set(key, resolved);
    }
    return resolved;
  }

  #resolve(user: UserInfo, namespace: string): Resolved {
    const rules: PolicyRule[] = [];
    const errors: string[] = [];
    const add = (ref: RoleRef, where: string) => {
      const found = this.rulesOfRole(ref, where);
      if (found) rules.push(...found);
      else errors.push(`${ref.kind === 'Role' ? 'role' : 'clusterrole'}.rbac.authorization.k8s.io ${JSON.stringify(ref.name)} not found`);
    };
    for (const subject of subjectKeysOf(user)) {
      for (const ref of this.#clusterBindings.rolesOf('', subject)) add(ref, '');
      if (namespace === '') continue;
      for (const ref of this.#bindings.rolesOf(namespace, subject)) add(ref, namespace);
    }
    return { rules, errors };
  }

  #rulesOfClusterRole({ rules = [], aggregationRule }: ClusterRole): readonly PolicyRule[] {
    const selectors = (aggregationRule?.clusterRoleSelectors ?? []).map(labelSelectorOf);
    if (selectors.length === 0) return rules;
    const all = [...rules];
    for (const stored of this.#caches.clusterRoles.values()) {
      const other = stored.object as ClusterRole;
      if (!other.aggregationRule && selectors.some((selector) => selector.matches(other.metadata?.labels)))
        all.push(...(other.rules ?? []));
    }
    return all;
  }

  #remember(key: string, allowed: boolean): void {
    if (this.#answers.size > 50_000) this.#answers.clear();
    this.#answers.set(key, allowed);
  }
}

function reasonOf(errors: readonly string[]): string | undefined {
  if (errors.length === 0) return undefined;
  return `RBAC: ${errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`}`;
}
