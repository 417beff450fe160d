import { fieldPath, invalidValue, required, selectorOfMap, validateLabels } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ReplicationController } from '../../../generated/types.ts';
import type { StrategyContext } from '../../kind.ts';
import { nameWarnings } from '../../metadata/name-warnings.ts';
import { ReplicationControllers } from '../../refs.ts';
import { AGE, integer, NAME, wide } from '../../table/common-columns.ts';
import { templateColumns } from '../../table/template-columns.ts';
import { mapText } from '../../table/texts.ts';
import { notNegative } from '../../validation/basics.ts';
import { templateWarnings } from '../apps/template-warnings.ts';
import { defineKind } from '../define.ts';
import { defaultTemplate } from './pod-template/default-pod-spec.ts';
import { checkRunningTemplate } from './pod-template/validate-template.ts';

const SPEC = fieldPath('spec');

const isEmpty = (map: Readonly<Record<string, string>> | undefined): boolean => Object.keys(map ?? {}).length === 0;

/** Labels and selector are those of the template, unless the author says otherwise. */
function defaultController(controller: ReplicationController): void {
  const { metadata, spec } = controller;
  if (!spec) return;
  const labels = spec.template?.metadata?.labels;
  if (labels && isEmpty(spec.selector)) spec.selector = { ...labels };
  if (labels && metadata && isEmpty(metadata.labels)) metadata.labels = { ...labels };
  spec.replicas ??= 1;
  if (spec.template) defaultTemplate(spec.template);
}

function validate({ spec = {} }: ReplicationController, context: StrategyContext): Cause[] {
  const out: Cause[] = [];
  const { selector = {}, template } = spec;
  notNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), out);
  if (isEmpty(selector)) out.push(required(SPEC.child('selector')));
  else out.push(...validateLabels(selector, SPEC.child('selector')));
  notNegative(spec.replicas, SPEC.child('replicas'), out);
  const at = SPEC.child('template');
  if (!template) return [...out, required(at)];
  const labels = template.metadata?.labels ?? {};
  if (!isEmpty(selector) && !selectorOfMap(selector).matches(labels)) {
    out.push(invalidValue(at.child('metadata', 'labels'), labels, '`selector` does not match template `labels`'));
  }
  checkRunningTemplate(template, 'ReplicationController', at, context, out);
  return out;
}

export const replicationControllerRow = defineKind<ReplicationController>(ReplicationControllers, {
  shortNames: ['rc'],
  categories: ['all'],
  hasStatus: true,
  scale: { specReplicasPath: 'spec.replicas', statusReplicasPath: 'status.replicas' },
  columns: [
    NAME,
    integer('Desired', 'How many Pods there should be.', ({ spec }) => spec?.replicas ?? 0),
    integer('Current', 'How many Pods there are.', ({ status }) => status?.replicas ?? 0),
    integer('Ready', 'How many of them are ready.', ({ status }) => status?.readyReplicas ?? 0),
    AGE,
    ...templateColumns(({ spec }: ReplicationController) => spec?.template),
    wide('Selector', 'The labels of its Pods.', ({ spec }) => mapText(spec?.selector)),
  ],
  strategy: {
    default: defaultController,
    prepareForCreate(controller) {
      controller.status = { replicas: 0 };
    },
    validate,
    orphansByDefault: {},
    warnings: (controller, old) => [...(old ? [] : nameWarnings(controller)), ...templateWarnings(controller, old)],
  },
  fieldSelectors: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
});
