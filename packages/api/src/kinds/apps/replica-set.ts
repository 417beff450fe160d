import { fieldPath } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ReplicaSet } from '../../../generated/types.ts';
import type { StrategyContext } from '../../kind.ts';
import { nameWarnings } from '../../metadata/name-warnings.ts';
import { ReplicaSets } from '../../refs.ts';
import { AGE, integer, NAME, wide } from '../../table/common-columns.ts';
import { templateColumns } from '../../table/template-columns.ts';
import { selectorText } from '../../table/texts.ts';
import { notNegative } from '../../validation/basics.ts';
import { selectorIsImmutable } from '../../validation/label-selector.ts';
import { defaultTemplate } from '../core/pod-template/default-pod-spec.ts';
import { checkControlledPods } from '../core/pod-template/validate-template.ts';
import { defineKind } from '../define.ts';
import { templateWarnings } from './template-warnings.ts';

const SPEC = fieldPath('spec');

function validate({ spec }: ReplicaSet, context: StrategyContext): Cause[] {
  const out: Cause[] = [];
  notNegative(spec?.replicas, SPEC.child('replicas'), out);
  notNegative(spec?.minReadySeconds, SPEC.child('minReadySeconds'), out);
  checkControlledPods(spec ?? {}, { selecting: 'deployment', kind: 'ReplicaSet' }, SPEC, context, out);
  return out;
}

export const replicaSetRow = defineKind<ReplicaSet>(ReplicaSets, {
  shortNames: ['rs'],
  categories: ['all'],
  hasStatus: true,
  scale: { specReplicasPath: 'spec.replicas', statusReplicasPath: 'status.replicas' },
  columns: [
    NAME,
    integer('Desired', 'How many Pods there should be.', (set) => set.spec?.replicas ?? 0),
    integer('Current', 'How many Pods there are.', (set) => set.status?.replicas ?? 0),
    integer('Ready', 'How many of them are ready.', (set) => set.status?.readyReplicas ?? 0),
    AGE,
    ...templateColumns(({ spec }: ReplicaSet) => spec?.template),
    wide('Selector', 'The labels of its Pods.', (set) => selectorText(set.spec?.selector)),
  ],
  strategy: {
    default({ spec }) {
      if (!spec) return;
      spec.replicas ??= 1;
      spec.template ??= {};
      defaultTemplate(spec.template);
    },
    prepareForCreate(set) {
      set.status = { replicas: 0 };
    },
    validate,
    validateUpdate: selectorIsImmutable,
    warnings: (set, old) => [...(old ? [] : nameWarnings(set)), ...templateWarnings(set, old)],
  },
  fieldSelectors: { 'status.replicas': (set) => String(set.status?.replicas ?? 0) },
});
