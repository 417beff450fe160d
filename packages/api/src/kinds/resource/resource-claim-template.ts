import { fieldPath, validateLabels } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ResourceClaimTemplate } from '../../../generated/types.ts';
import { checkAnnotations } from '../../metadata/object-meta.ts';
import { ResourceClaimTemplates } from '../../refs.ts';
import { immutable } from '../../validation/basics.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';
import { defaultDeviceClaim } from './default-device-claim.ts';
import { checkDeviceClaim } from './validate-device-claim.ts';

const SPEC = fieldPath('spec');

export const resourceClaimTemplateRow = defineKind<ResourceClaimTemplate>(ResourceClaimTemplates, {
  strategy: {
    default: ({ spec }) => defaultDeviceClaim(spec?.spec?.devices),
    validateCreate({ spec }) {
      const out: Cause[] = validateLabels(spec?.metadata?.labels, SPEC.child('metadata', 'labels'));
      checkAnnotations(spec?.metadata?.annotations, SPEC.child('metadata', 'annotations'), out);
      checkDeviceClaim(spec?.spec?.devices ?? {}, SPEC.child('spec', 'devices'), out);
      return out;
    },
    validateUpdate({ spec }, { spec: old }) {
      const out: Cause[] = [];
      immutable(spec, old, SPEC, out);
      return out;
    },
    warnings: () => [nobodyActs('ResourceClaimTemplate', 'no ResourceClaims are made from it')],
    countsGeneration: false,
  },
});
