import type { ClusterRole, ClusterRoleBinding, KubeObject, PolicyRule, Role, RoleBinding } from '@kubernats/api';
import { deepEqual, goQuote } from '@kubernats/apimachinery';
import { forbidden, notFound } from '@kubernats/errors';
import type { AdmissionPlugin } from '../admission/admission.ts';
import type { Call } from '../call.ts';
import { type Core, named } from '../core.ts';
import { SUPERUSERS } from './authorizer.ts';
import { checkParamAccess } from './param-access.ts';
import { missingRights } from './rules.ts';

const GROUP = 'rbac.authorization.k8s.io';
const POLICIES = 'admissionregistration.k8s.io';
const EVERYTHING: PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/**
 * Nobody gives away rights that they do not have: neither by writing a role nor by binding one. Whoever may `escalate` the role, or `bind`
 * it, may all the same. Nor does anybody get rights by a policy that reads its parameters. It is no plug-in of Kubernetes' list, and cannot be switched off. Source: "Using RBAC Authorization", privilege
 * escalation prevention.
 */
export const noEscalation: AdmissionPlugin = {
  name: 'NoEscalation',
  validate(core, call, draft, old) {
    const { row, user } = call;
    if ((row.group !== GROUP && row.group !== POLICIES) || draft === undefined || user.groups.includes(SUPERUSERS)) return;
    if (row.group === POLICIES) checkParamAccess(core, call, draft, old);
    else if (row.plural.endsWith('bindings')) checkBinding(core, call, draft, old);
    else checkRole(core, call, draft, old);
  },
};

function checkRole(core: Core, call: Call, draft: KubeObject, old: KubeObject | undefined): void {
  const { rules = [], aggregationRule }: ClusterRole & Role = draft;
  const before: (ClusterRole & Role) | undefined = old;
  if (before && deepEqual(before.rules ?? [], rules) && deepEqual(before.aggregationRule, aggregationRule)) return;
  if (isAllowed(core, call, 'escalate', call.row.plural, call.request.name ?? '')) return;
  const name = draft.metadata?.name ?? '';
  const held = core.authorizer.rbac.rulesOf(call.user, call.request.namespace ?? '');
  if (aggregationRule && missingRights(held, EVERYTHING).length > 0) {
    throw forbidden(named(call.row), name, 'must have cluster-admin privileges to use the aggregationRule');
  }
  refuseMissing(call, name, missingRights(held, rules));
}

function checkBinding(core: Core, call: Call, draft: KubeObject, old: KubeObject | undefined): void {
  const { roleRef, subjects = [] } = draft as RoleBinding | ClusterRoleBinding;
  const before = old as RoleBinding | ClusterRoleBinding | undefined;
  if (before && deepEqual(before.roleRef, roleRef) && deepEqual(before.subjects ?? [], subjects)) return;
  const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
  if (isAllowed(core, call, 'bind', resource, roleRef.name)) return;
  const namespace = call.request.namespace ?? '';
  const rules = core.authorizer.rbac.rulesOfRole(roleRef, namespace);
  if (!rules) throw notFound({ group: GROUP, resource }, roleRef.name);
  const held = core.authorizer.rbac.rulesOf(call.user, namespace);
  refuseMissing(call, draft.metadata?.name ?? '', missingRights(held, rules));
}

function isAllowed(core: Core, { user, request }: Call, verb: string, resource: string, name: string): boolean {
  const about = { group: GROUP, resource, subresource: '', namespace: request.namespace ?? '', name };
  return core.authorizer.decide({ user, verb, resource: about }).allowed;
}

function refuseMissing(call: Call, name: string, missing: readonly PolicyRule[]): void {
  if (missing.length === 0) return;
  const { user, row } = call;
  const lines = [...new Set(compact(missing).map(textOf))].sort();
  throw forbidden(
    named(row),
    name,
    `user ${goQuote(user.name)} (groups=${quoted(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`,
  );
}

/** Single steps on the same thing, as one rule with all their verbs. */
function compact(steps: readonly PolicyRule[]): PolicyRule[] {
  const rules = new Map<string, PolicyRule>();
  for (const { verbs, ...about } of steps) {
    const key = about.nonResourceURLs ? `${JSON.stringify(about)} ${verbs[0]}` : JSON.stringify(about);
    rules.set(key, { ...about, verbs: [...(rules.get(key)?.verbs ?? []), ...verbs] });
  }
  return [...rules.values()];
}

function textOf({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts: [string, readonly string[] | undefined][] = [
    ['APIGroups', apiGroups],
    ['Resources', resources],
    ['NonResourceURLs', nonResourceURLs],
    ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ];
  return `{${parts.flatMap(([name, list]) => (list?.length ? [`${name}:${quoted(list)}`] : [])).join(', ')}}`;
}

const quoted = (list: readonly string[]): string => `[${list.map(goQuote).join(' ')}]`;
