import { dns1035Label, fieldPath } from '@kubernats/apimachinery';
import type { Service } from '../../../generated/types.ts';
import { Services } from '../../refs.ts';
import { type NotHonoured, notHonoured } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';
import { serviceColumns } from './service/columns.ts';
import { defaultService } from './service/default.ts';
import { prepareServiceForCreate, prepareServiceForUpdate } from './service/prepare.ts';
import { validateService, validateServiceUpdate } from './service/validate.ts';

/** R1: kept and shown, without an effect yet. */
const NOT_HONOURED: NotHonoured = [
  'externalIPs',
  'internalTrafficPolicy=Local',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
  'ports[*].protocol=SCTP',
  'sessionAffinity=ClientIP',
  'trafficDistribution',
];

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
    warnings: ({ spec }) => (spec ? notHonoured(spec, NOT_HONOURED, fieldPath('spec')) : []),
    countsGeneration: false,
    allowCreateOnUpdate: true,
  },
  fieldSelectors: {
    'spec.clusterIP': (service) => service.spec?.clusterIP ?? '',
    'spec.type': (service) => service.spec?.type ?? '',
  },
});
