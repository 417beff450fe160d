import { RoleBindings } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const roleBindingRow = defineKind(RoleBindings, {});
