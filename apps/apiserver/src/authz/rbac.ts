import type { ClusterRole, PolicyRule, Role, RoleRef } from '@kubernats/api';
import { goQuote } from '@kubernats/apimachinery';
import type { ResourceCache } from '../cache/resource-cache.ts';
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

/** A user's rules in one place, as far as they are known, and what could not be resolved. */
interface Resolved {
  rules: readonly PolicyRule[];
  errors: readonly string[];
}

/** What has been found out about a user. */
interface Known {
  /** By namespace. */
  resolved: Map<string, Resolved>;
  /** What is allowed whatever the name, by `verb|group|resource|subresource|namespace`. */
  answers: Map<string, true>;
}

const MAX_ANSWERS = 10_000;

/**
 * Role-based access control over the watch cache. Rules of a user in a namespace are gathered once and kept until any role or binding
 * changes; what they allow whatever the name is kept with them. Both hang on the user as the door made it, not on its name: no name can
 * be so chosen that it finds another's answers.
 */
export class Rbac {
  readonly #caches: RbacCaches;
  readonly #bindings: BindingIndex;
  readonly #clusterBindings: BindingIndex;
  #known = new WeakMap<UserInfo, Known>();

  constructor(caches: RbacCaches) {
    this.#caches = caches;
    const forget = () => {
      this.#known = new WeakMap();
    };
    this.#bindings = new BindingIndex(caches.roleBindings, forget);
    this.#clusterBindings = new BindingIndex(caches.clusterRoleBindings, forget);
    caches.roles.observe(forget);
    caches.clusterRoles.observe(forget);
  }

  decide(attributes: Attributes): Decision {
    const { user, verb, resource } = attributes;
    const known = this.#knownOf(user);
    if (!resource) return this.#look(this.#resolvedOf(known, user, ''), attributes).decision;
    const { namespace } = resource;
    // A part with a bar in it makes a key with more bars than that of anything that exists.
    const key = `${verb}|${resource.group}|${resource.resource}|${resource.subresource}|${namespace}`;
    if (known.answers.has(key)) return { allowed: true };
    const { decision, isByName } = this.#look(this.#resolvedOf(known, user, namespace), attributes);
    if (decision.allowed && !isByName) {
      if (known.answers.size >= MAX_ANSWERS) known.answers.clear();
      known.answers.set(key, true);
    }
    return decision;
  }

  /** By which binding it is allowed, in Kubernetes' words; empty when by none. Looks through all of the user's: for those who want to read it. */
  reasonFor(attributes: Attributes): string {
    const { user, resource } = attributes;
    const namespace = resource?.namespace ?? '';
    for (const where of namespace === '' ? [''] : ['', namespace]) {
      const index = where === '' ? this.#clusterBindings : this.#bindings;
      for (const subject of subjectKeysOf(user)) {
        for (const [id, ref] of index.bindingsOf(where, subject)) {
          if (this.rulesOfRole(ref, where)?.some((rule) => ruleAllows(rule, attributes))) {
            return `RBAC: allowed by ${describeBinding(where, id)} of ${ref.kind} ${goQuote(ref.name)} to ${describeSubject(subject)}`;
          }
        }
      }
    }
    return '';
  }

  /** All rules that apply to the user in the namespace, those of the whole cluster included. */
  rulesOf(user: UserInfo, namespace: string): readonly PolicyRule[] {
    return this.#resolvedOf(this.#knownOf(user), user, namespace).rules;
  }

  /** The rules of the role that a binding in `namespace` refers to; undefined when there is none. */
  rulesOfRole(ref: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const { roles, clusterRoles } = this.#caches;
    const stored = ref.kind === 'Role' ? roles.get(namespace, ref.name) : clusterRoles.get('', ref.name);
    const role = stored?.object as Role | ClusterRole | undefined;
    return role && (role.rules ?? []);
  }

  #look({ rules, errors }: Resolved, attributes: Attributes): { decision: Decision; isByName: boolean } {
    const allowing = rules.find((rule) => ruleAllows(rule, attributes));
    if (allowing) return { decision: { allowed: true }, isByName: isByName(allowing) };
    return { decision: { allowed: false, reason: reasonOf(errors) }, isByName: false };
  }

  #knownOf(user: UserInfo): Known {
    let known = this.#known.get(user);
    if (!known) this.#known.set(user, (known = { resolved: new Map(), answers: new Map() }));
    return known;
  }

  #resolvedOf({ resolved }: Known, user: UserInfo, namespace: string): Resolved {
    let found = resolved.get(namespace);
    if (!found) {
      if (resolved.size >= MAX_ANSWERS) resolved.clear();
      found = this.#resolve(user, namespace);
      resolved.set(namespace, found);
    }
    return found;
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
}

/** `id` is NAMESPACE/NAME. */
function describeBinding(namespace: string, id: string): string {
  const name = id.slice(id.indexOf('/') + 1);
  return namespace === '' ? `ClusterRoleBinding ${goQuote(name)}` : `RoleBinding ${goQuote(`${name}/${namespace}`)}`;
}

/** Kubernetes writes the name of a ServiceAccount before its namespace. */
function describeSubject(key: string): string {
  const [, namespace, account] = /^User:system:serviceaccount:([^:]+):([^:]+)$/.exec(key) ?? [];
  if (account !== undefined) return `ServiceAccount ${goQuote(`${account}/${namespace}`)}`;
  const at = key.indexOf(':');
  return `${key.slice(0, at)} ${goQuote(key.slice(at + 1))}`;
}

function reasonOf(errors: readonly string[]): string | undefined {
  if (errors.length === 0) return undefined;
  return `RBAC: ${errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`}`;
}
