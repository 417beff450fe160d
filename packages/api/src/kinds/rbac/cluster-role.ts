import { fieldPath, pathSegmentName, required, validateLabelSelector } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ClusterRole } from '../../../generated/types.ts';
import { ClusterRoles } from '../../refs.ts';
import { CREATED_AT, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { checkRules } from './rules.ts';

function validate({ rules, aggregationRule }: ClusterRole): Cause[] {
  const out = checkRules(rules, false);
  if (!aggregationRule) return out;
  const path = fieldPath('aggregationRule', 'clusterRoleSelectors');
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) out.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  selectors.forEach((selector, i) => out.push(...validateLabelSelector(selector, path.index(i))));
  return out;
}

export const clusterRoleRow = defineKind<ClusterRole>(ClusterRoles, {
  nameRule: pathSegmentName,
  columns: [NAME, CREATED_AT],
  strategy: { validate, countsGeneration: false, allowCreateOnUpdate: true },
});
