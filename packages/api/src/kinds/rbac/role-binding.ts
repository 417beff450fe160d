import { pathSegmentName } from '@kubernats/apimachinery';
import type { RoleBinding } from '../../../generated/types.ts';
import { RoleBindings } from '../../refs.ts';
import { AGE, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { bindingColumns, bindingWideColumns, defaultBinding, validateBindingUpdate, validateBindingWith } from './bindings.ts';

export const roleBindingRow = defineKind<RoleBinding>(RoleBindings, {
  nameRule: pathSegmentName,
  columns: [NAME, ...bindingColumns, AGE, ...bindingWideColumns],
  strategy: {
    default: defaultBinding,
    validate: validateBindingWith(['Role', 'ClusterRole']),
    validateUpdate: validateBindingUpdate,
    countsGeneration: false,
    allowCreateOnUpdate: true,
  },
});
