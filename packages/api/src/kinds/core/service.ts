import { dns1035Label, fieldPath } from '@kubernats/apimachinery';
import type { Service } from '../../../generated/types.ts';
import { Services } from '../../refs.ts';
import { notHonoured } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';
import { serviceColumns } from './service/columns.ts';
import { defaultService } from './service/default.ts';
import { prepareServiceForCreate, prepareServiceForUpdate } from './service/prepare.ts';
import { validateService, validateServiceUpdate } from './service/validate.ts';

/** R1: kept and shown, without an effect yet. `type`s beyond ClusterIP are named by their value. */
const NOT_HONOURED = [
  'externalIPs',
  'loadBalancerClass',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
  'sessionAffinityConfig',
  'trafficDistribution',
];
const TYPES_NOT_HONOURED = new Set(['NodePort', 'LoadBalancer', 'ExternalName']);

function serviceWarnings({ spec }: Service): string[] {
  if (!spec) return [];
  const warnings = notHonoured(spec, NOT_HONOURED, fieldPath('spec'));
  if (spec.type && TYPES_NOT_HONOURED.has(spec.type))
    warnings.push(`spec.type: ${spec.type} is not honoured by this version of kubernats yet`);
  return warnings;
}

export const serviceRow = defineKind<Service>(Services, {
  shortNames: ['svc'],
  categories: ['all'],
  hasStatus: true,
  nameRule: dns1035Label,
  columns: serviceColumns,
  strategy: {
    returnsDeleted: true,
    default: defaultService,
    prepareForCreate: prepareServiceForCreate,
    prepareForUpdate: prepareServiceForUpdate,
    validate: validateService,
    validateUpdate: validateServiceUpdate,
    warnings: serviceWarnings,
    countsGeneration: false,
    allowCreateOnUpdate: true,
  },
  fieldSelectors: {
    'spec.clusterIP': (service) => service.spec?.clusterIP ?? '',
    'spec.type': (service) => service.spec?.type ?? '',
  },
});
