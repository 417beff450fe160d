import type { CustomResourceDefinition } from '../../../generated/types.ts';
import { CustomResourceDefinitions } from '../../refs.ts';
import { CREATED_AT, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';
import { defaultDefinition } from './custom-resource-definition/default.ts';
import { holdBack } from './custom-resource-definition/deletion.ts';
import { beginStatus, keepMetadata, noteStorageVersion } from './custom-resource-definition/status.ts';
import { validateChange, validateNew, validateStatusChange } from './custom-resource-definition/validate.ts';

export const customResourceDefinitionRow = defineKind<CustomResourceDefinition>(CustomResourceDefinitions, {
  definition: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  hasStatus: true,
  columns: [NAME, CREATED_AT],
  strategy: {
    default: defaultDefinition,
    prepareForCreate: beginStatus,
    prepareForUpdate: noteStorageVersion,
    prepareForStatusUpdate: keepMetadata,
    beforeDeletion: holdBack,
    validateCreate: validateNew,
    validateUpdate: validateChange,
    validateStatusUpdate: validateStatusChange,
    allowUnconditionalUpdate: false,
  },
});
