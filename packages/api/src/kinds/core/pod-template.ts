import { fieldPath } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PodTemplate } from '../../../generated/types.ts';
import type { Column } from '../../kind.ts';
import { PodTemplates } from '../../refs.ts';
import { NAME, text } from '../../table/common-columns.ts';
import { templateColumns } from '../../table/template-columns.ts';
import { mapText } from '../../table/texts.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { templateWarnings } from '../apps/template-warnings.ts';
import { defineKind } from '../define.ts';
import { defaultTemplate } from './pod-template/default-pod-spec.ts';
import { checkPodTemplate } from './pod-template/validate-template.ts';

const TEMPLATE = fieldPath('template');
const alwaysShown = (column: Column<PodTemplate>): Column<PodTemplate> => ({ ...column, priority: 0 });

export const podTemplateRow = defineKind<PodTemplate>(PodTemplates, {
  columns: [
    NAME,
    ...templateColumns(({ template }: PodTemplate) => template).map(alwaysShown),
    text('Pod Labels', 'The labels of Pods that are made so.', ({ template }) => mapText(template?.metadata?.labels)),
  ],
  strategy: {
    default(object) {
      object.template ??= {};
      defaultTemplate(object.template);
    },
    validate({ template }, context) {
      const out: Cause[] = [];
      checkPodTemplate(template ?? {}, TEMPLATE, context, out);
      return out;
    },
    warnings: (template, old) => [
      nobodyActs('PodTemplate', 'no Pods are made from it'),
      ...templateWarnings({ spec: template }, old && { spec: old }, TEMPLATE),
    ],
  },
});
