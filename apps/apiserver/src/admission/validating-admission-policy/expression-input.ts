import { apiVersionOf, type KindRow, otherVersion } from '@kubernats/api';
import type { AccessCheck, AccessDecision, AdmissionInput } from '@kubernats/cel';
import type { Attributes as AccessAttributes } from '../../authz/attributes.ts';
import type { Held } from '../../cache/stored.ts';
import type { UserInfo } from '../../call.ts';
import { type Core, placeOfResource } from '../../core.ts';
import { type Attributes, isNamespace, optionsOf } from './attributes.ts';

/** What the expressions of a policy see of a request that concerns them as one for `row`. */
export function expressionInput(core: Core, attributes: Attributes, row: KindRow): AdmissionInput {
  const { call, subresource, operation, name, namespace, dryRun } = attributes;
  const shown = (object: Held | undefined): unknown => object && inForm(core, object, attributes.row, row);
  return {
    object: shown(attributes.object),
    oldObject: shown(attributes.old),
    namespaceObject:
      row.namespaced && !isNamespace(row) ? placeOfResource(core, '', 'v1', 'namespaces').cache.get('', namespace)?.object : undefined,
    request: {
      kind: kindOf(row),
      resource: resourceOf(row),
      subResource: subresource,
      requestKind: kindOf(attributes.row),
      requestResource: resourceOf(attributes.row),
      requestSubResource: subresource,
      name,
      namespace,
      operation,
      userInfo: userInfo(call.user),
      dryRun,
      options: optionsOf(attributes),
    },
    authorizer: (check) => decide(core, call.user, check),
  };
}

const inForm = (core: Core, object: Held, from: KindRow, to: KindRow): object =>
  from === to ? object : (otherVersion(core.kinds, from, apiVersionOf(to))?.to(object) ?? object);

const kindOf = ({ group, version, kind }: KindRow) => ({ group, version, kind });
const resourceOf = ({ group, version, plural }: KindRow) => ({ group, version, resource: plural });
const userInfo = ({ name, uid, groups, extra }: UserInfo) => ({ username: name, uid: uid ?? '', groups, extra: extra ?? {} });

function decide({ authorizer }: Core, sender: UserInfo, check: AccessCheck): AccessDecision {
  const user = check.serviceAccount ? serviceAccount(check.serviceAccount) : sender;
  const what: Omit<AccessAttributes, 'user' | 'verb'> =
    'path' in check
      ? { path: check.path }
      : {
          resource: {
            group: check.group,
            resource: check.resource,
            subresource: check.subresource,
            namespace: check.namespace,
            name: check.name,
          },
          fieldSelector: check.fieldSelector,
        };
  const { allowed, reason = '' } = authorizer.decide({ user, verb: check.verb, ...what });
  return { allowed, reason };
}

function serviceAccount({ namespace, name }: { namespace: string; name: string }): UserInfo {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}
