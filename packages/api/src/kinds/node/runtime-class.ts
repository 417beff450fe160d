import { dns1123Label, type FieldPath, fieldPath, validateLabels } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { RuntimeClass } from '../../../generated/types.ts';
import { RuntimeClasses } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { checkText, immutable } from '../../validation/basics.ts';
import { notHonouredWarning } from '../../validation/not-honoured.ts';
import { checkResources } from '../core/pod-template/validate-resources.ts';
import { checkTolerations } from '../core/pod-template/validate-scheduling.ts';
import { defineKind } from '../define.ts';

const at = (field: string): FieldPath => fieldPath(field);

function validate({ handler, overhead, scheduling }: RuntimeClass): Cause[] {
  const out: Cause[] = [];
  checkText(dns1123Label, handler ?? '', at('handler'), out);
  if (overhead) checkResources({ limits: overhead.podFixed }, at('overhead'), out);
  if (scheduling?.nodeSelector) out.push(...validateLabels(scheduling.nodeSelector, at('scheduling').child('nodeSelector')));
  if (scheduling?.tolerations) checkTolerations(scheduling.tolerations, at('scheduling').child('tolerations'), out);
  return out;
}

function validateUpdate({ handler }: RuntimeClass, old: RuntimeClass): Cause[] {
  const out: Cause[] = [];
  immutable(handler, old.handler, at('handler'), out);
  return out;
}

export const runtimeClassRow = defineKind<RuntimeClass>(RuntimeClasses, {
  columns: [NAME, text('Handler', 'What runs Pods of this class.', ({ handler }) => handler ?? ''), AGE],
  strategy: {
    validate,
    validateUpdate,
    // R1: all containers run in the one simulated runtime. Overhead and scheduling are given to Pods by the plug-in RuntimeClass.
    warnings: () => [notHonouredWarning(at('handler'))],
    countsGeneration: false,
  },
});
