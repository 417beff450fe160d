import { dns1123Label } from '@kubernats/apimachinery';
import type { StatefulSet } from '../../../generated/types.ts';
import { StatefulSets } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { templateColumns } from '../../table/template-columns.ts';
import { defineKind } from '../define.ts';
import { defaultStatefulSet } from './stateful-set/default.ts';
import { validateStatefulSet } from './stateful-set/validate.ts';
import { validateStatefulSetUpdate } from './stateful-set/validate-update.ts';
import { statefulSetWarnings } from './stateful-set/warnings.ts';

export const statefulSetRow = defineKind<StatefulSet>(StatefulSets, {
  shortNames: ['sts'],
  categories: ['all'],
  hasStatus: true,
  // Its Pods carry its name in their hostnames.
  nameRule: dns1123Label,
  scale: { specReplicasPath: 'spec.replicas', statusReplicasPath: 'status.replicas' },
  columns: [
    NAME,
    text('Ready', 'How many Pods are ready, of how many.', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    AGE,
    ...templateColumns(({ spec }: StatefulSet) => spec?.template),
  ],
  strategy: {
    default: defaultStatefulSet,
    prepareForCreate(set) {
      set.status = { availableReplicas: 0, replicas: 0 };
    },
    validate: validateStatefulSet,
    validateUpdate: validateStatefulSetUpdate,
    warnings: statefulSetWarnings,
  },
});
