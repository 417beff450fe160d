import { Roles } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const roleRow = defineKind(Roles, {});
