import { type SelfSubjectRulesReview, validateCreate } from '@kubernats/api';
import { badRequest } from '@kubernats/errors';
import { refuse } from '../rest/create-object.ts';
import { strategyContext } from '../rest/write.ts';
import type { Answer } from './reviews.ts';

/** `kubectl auth can-i --list`. */
export const selfSubjectRulesReview: Answer = (core, call, posted) => {
  refuse(call.row, posted, validateCreate(call.row, posted, strategyContext(core)));
  const { namespace = '' } = (posted as SelfSubjectRulesReview).spec ?? {};
  if (namespace === '') throw badRequest('no namespace on request');
  const rules = core.authorizer.rbac.rulesOf(call.user, namespace);
  const all = call.user.groups.includes('system:masters');
  const resourceRules = all ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : [];
  const nonResourceRules = all ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : [];
  for (const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } of rules) {
    if (resources?.length)
      resourceRules.push({ verbs, apiGroups: apiGroups ?? [], resources, ...(resourceNames ? { resourceNames } : {}) });
    if (nonResourceURLs?.length) nonResourceRules.push({ verbs, nonResourceURLs });
  }
  return {
    type: 'value',
    code: 201,
    object: { ...posted, ...{ status: { resourceRules, nonResourceRules, incomplete: false } } },
    row: call.row,
  };
};
