import { ClusterRoleBindings } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const clusterRoleBindingRow = defineKind(ClusterRoleBindings, {});
