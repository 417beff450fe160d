import type { AccessCheck, AccessDecision } from '@kubernats/cel';
import type { UserInfo } from '../call.ts';
import type { Attributes } from './attributes.ts';
import type { Authorizer } from './authorizer.ts';

/** What `authorizer` says of whoever sent a request, or of the ServiceAccount that an expression names. */
export function decideAccess(authorizer: Authorizer, sender: UserInfo, check: AccessCheck): AccessDecision {
  const user = check.serviceAccount ? serviceAccount(check.serviceAccount) : sender;
  const what: Omit<Attributes, 'user' | 'verb'> =
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
