import { ClusterRoles } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const clusterRoleRow = defineKind(ClusterRoles, {});
