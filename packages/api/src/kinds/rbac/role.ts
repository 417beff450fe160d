import { pathSegmentName } from '@kubernats/apimachinery';
import type { Role } from '../../../generated/types.ts';
import { Roles } from '../../refs.ts';
import { CREATED_AT, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { checkRules } from './rules.ts';

export const roleRow = defineKind<Role>(Roles, {
  nameRule: pathSegmentName,
  columns: [NAME, CREATED_AT],
  strategy: { validate: (role) => checkRules(role.rules, true), countsGeneration: false, allowCreateOnUpdate: true },
});
