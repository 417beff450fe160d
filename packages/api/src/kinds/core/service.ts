import { dns1035Label, fieldPath } from '@kubernats/apimachinery';
import type { Service } from '../../../generated/types.ts';
import { Services } from '../../refs.ts';
import { type NotHonoured, notHonoured } from '../../validation/not-honoured.ts';
import { defineKind, PROXY_VERBS } from '../define.ts';
import { serviceColumns } from './service/columns.ts';
import { defaultService } from './service/default.ts';
import { prepareServiceForCreate, prepareServiceForUpdate } from './service/prepare.ts';
import { validateService } from './service/validate.ts';
import { validateServiceStatus } from './service/validate-status.ts';
import { validateServiceUpdate } from './service/validate-update.ts';
import { serviceWarnings } from './service/warnings.ts';

/** R1: kept and shown, without an effect yet. */
const NOT_HONOURED: NotHonoured = ['ports[*].protocol=SCTP'];

export const serviceRow = defineKind<Service>(Services, {
  shortNames: ['svc'],
  categories: ['all'],
  hasStatus: true,
  subresources: [
    { name: 'proxy', group: '', version: 'v1', kind: 'ServiceProxyOptions', verbs: [...PROXY_VERBS], connect: true },
    // Ours: the Service's connections, live (docs/tracing.md).
    { name: 'trace', group: '', version: 'v1', kind: 'Service', verbs: ['get'], connect: true },
  ],
  nameRule: dns1035Label,
  columns: serviceColumns,
  strategy: {
    returnsDeleted: true,
    default: defaultService,
    prepareForCreate: prepareServiceForCreate,
    prepareForUpdate: prepareServiceForUpdate,
    validate: validateService,
    validateUpdate: validateServiceUpdate,
    validateStatusUpdate: validateServiceStatus,
    warnings: (service) => [...serviceWarnings(service), ...notHonoured(service.spec ?? {}, NOT_HONOURED, fieldPath('spec'))],
    countsGeneration: false,
    allowCreateOnUpdate: true,
  },
  fieldSelectors: {
    'spec.clusterIP': (service) => service.spec?.clusterIP ?? '',
    'spec.type': (service) => service.spec?.type ?? '',
  },
});
