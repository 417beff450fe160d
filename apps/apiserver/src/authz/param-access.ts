import type { KubeObject, ParamKind } from '@kubernats/api';
import { type FieldPath, fieldPath, forbiddenField } from '@kubernats/apimachinery';
import { invalid } from '@kubernats/errors';
import type { Policy, PolicyBinding } from '../admission/policies/policies.ts';
import type { Call, UserInfo } from '../call.ts';
import { type Core, placeOfResource } from '../core.ts';
import type { Attributes } from './attributes.ts';

/**
 * Nobody reads through a policy what they may not read themselves: who names a kind of parameters, or parameters, has to be allowed to get them. `draft` is of
 * the group admissionregistration.k8s.io. Throws Invalid. Source: kube-apiserver's strategies of policies and their bindings.
 */
export function checkParamAccess(core: Core, call: Call, draft: KubeObject, old: KubeObject | undefined): void {
  const { plural } = call.row;
  if (plural.endsWith('admissionpolicies')) checkPolicy(core, call, draft, old);
  else if (plural.endsWith('admissionpolicybindings')) checkBinding(core, call, draft);
}

function checkPolicy(core: Core, call: Call, { metadata, spec }: Policy, old: Policy | undefined): void {
  const kind = spec?.paramKind;
  const before = old?.spec?.paramKind;
  if (!kind || (before?.kind === kind.kind && before?.apiVersion === kind.apiVersion)) return;
  const about = { ...resourceOf(core, kind), namespace: '*', name: '*' };
  if (core.authorizer.decide({ user: call.user, verb: 'get', resource: about }).allowed) return;
  const what = `all objects of the referenced paramKind (kind=${kind.kind}, apiVersion=${kind.apiVersion})`;
  refuse(call, metadata?.name, fieldPath('spec').child('paramKind'), `user ${shown(call.user)} must have "get" permission on ${what}`);
}

function checkBinding(core: Core, call: Call, { metadata, spec }: PolicyBinding): void {
  const ref = spec?.paramRef;
  if (!ref) return;
  const policies = placeOfResource(core, call.row.group, call.row.version, call.row.plural.replace(/policybindings$/, 'policies'));
  const policy = policies.cache.get('', spec?.policyName ?? '')?.object as Policy | undefined;
  const verb = ref.name ? 'get' : 'list';
  const about = { ...resourceOf(core, policy?.spec?.paramKind), namespace: ref.namespace ?? '', name: ref.name ?? '' };
  if (core.authorizer.decide({ user: call.user, verb, resource: about }).allowed) return;
  const why = `user ${shown(call.user)} does not have "${verb}" permission on the object referenced by paramRef`;
  refuse(call, metadata?.name, fieldPath('spec').child('paramRef'), why);
}

/** What is not known may be anything. */
function resourceOf(
  { kinds }: Core,
  kind: ParamKind | undefined,
): Pick<NonNullable<Attributes['resource']>, 'group' | 'resource' | 'subresource'> {
  if (!kind) return { group: '*', resource: '*', subresource: '' };
  const [version = '', group = ''] = (kind.apiVersion ?? '').split('/').reverse();
  return { group, resource: kinds.byKind(group, version, kind.kind ?? '')?.plural ?? '*', subresource: '' };
}

function refuse({ row }: Call, name: string | undefined, at: FieldPath, why: string): never {
  throw invalid(row.group, row.kind, name ?? '', [forbiddenField(at, why)]);
}

/** As Go prints a user. */
function shown({ name, uid = '', groups, extra = {} }: UserInfo): string {
  const extras = Object.entries(extra)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => `${key}:[${values.join(' ')}]`);
  return `&{${name} ${uid} [${groups.join(' ')}] map[${extras.join(' ')}]}`;
}
