import { pathSegmentName } from '@kubernats/apimachinery';
import type { ClusterRoleBinding } from '../../../generated/types.ts';
import { ClusterRoleBindings } from '../../refs.ts';
import { AGE, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { bindingColumns, bindingWideColumns, defaultBinding, validateBindingUpdate, validateBindingWith } from './bindings.ts';

export const clusterRoleBindingRow = defineKind<ClusterRoleBinding>(ClusterRoleBindings, {
  nameRule: pathSegmentName,
  columns: [NAME, ...bindingColumns, AGE, ...bindingWideColumns],
  strategy: {
    default: defaultBinding,
    validate: validateBindingWith(['ClusterRole']),
    validateUpdate: validateBindingUpdate,
    countsGeneration: false,
    allowCreateOnUpdate: true,
  },
});
