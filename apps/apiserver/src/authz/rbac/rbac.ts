import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '@kubernats/api';
import type { UserInfo } from '../../call.ts';
import { type Attributes, isPath } from '../attributes.ts';
import { permits } from './rule.ts';

interface Grant {
  /** Key of the role: `namespace/name`, or `/name` for a ClusterRole. */
  role: string;
  /** Where it counts; undefined: everywhere. */
  namespace: string | undefined;
}

interface Binding {
  subjects: string[];
  grant: Grant;
}

/**
 * Roles and bindings, ready to be asked: a decision looks only at the bindings of the user and of the user's groups, and a
 * change touches only what changed. Source: "Using RBAC Authorization".
 */
export class Rbac {
  /** By `namespace/name`, `/name` for ClusterRoles. */
  readonly #roles = new Map<string, readonly PolicyRule[]>();
  readonly #bindings = new Map<string, Binding>();
  /** Grants by subject, and in it by binding. */
  readonly #grants = new Map<string, Map<string, Grant>>();

  setRole(role: Role | ClusterRole): void {
    this.#roles.set(keyOf(role), role.rules ?? []);
  }

  removeRole(role: Role | ClusterRole): void {
    this.#roles.delete(keyOf(role));
  }

  setBinding(binding: RoleBinding | ClusterRoleBinding): void {
    this.removeBinding(binding);
    const namespace = binding.metadata?.namespace;
    const role = binding.roleRef.kind === 'Role' ? `${namespace ?? ''}/${binding.roleRef.name}` : `/${binding.roleRef.name}`;
    const made: Binding = {
      subjects: (binding.subjects ?? []).map((subject) => subjectKey(subject, namespace)),
      grant: { role, namespace },
    };
    const key = keyOf(binding);
    this.#bindings.set(key, made);
    for (const subject of made.subjects) {
      const grants = this.#grants.get(subject);
      if (grants) grants.set(key, made.grant);
      else this.#grants.set(subject, new Map([[key, made.grant]]));
    }
  }

  removeBinding(binding: RoleBinding | ClusterRoleBinding): void {
    const key = keyOf(binding);
    const known = this.#bindings.get(key);
    if (!known) return;
    this.#bindings.delete(key);
    for (const subject of known.subjects) {
      const grants = this.#grants.get(subject);
      grants?.delete(key);
      if (grants?.size === 0) this.#grants.delete(subject);
    }
  }

  /** Whether any rule that was granted to the user permits it. */
  allows(attributes: Attributes): boolean {
    const namespace = isPath(attributes) ? undefined : attributes.namespace;
    for (const rule of this.rulesOf(attributes.user, namespace)) if (permits(rule, attributes)) return true;
    return false;
  }

  /** The rules that count for the user in a namespace; without one, those that count in the whole cluster. */
  *rulesOf(user: UserInfo, namespace: string | undefined): Generator<PolicyRule> {
    for (const subject of [`User/${user.name}`, ...user.groups.map((group) => `Group/${group}`)]) {
      for (const grant of this.#grants.get(subject)?.values() ?? []) {
        if (grant.namespace === undefined || grant.namespace === namespace) yield* this.#roles.get(grant.role) ?? [];
      }
    }
  }
}

const keyOf = ({ metadata }: Role | RoleBinding): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;

/** A ServiceAccount is the user `system:serviceaccount:<namespace>:<name>`. */
function subjectKey(subject: Subject, bindingNamespace: string | undefined): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind}/${subject.name}`;
  return `User/system:serviceaccount:${subject.namespace ?? bindingNamespace ?? ''}:${subject.name}`;
}
