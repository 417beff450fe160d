import { dns1123Label, fieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Namespace } from '../../../generated/types.ts';
import { Namespaces } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';

/** The finalizer of the namespace controller: it empties the namespace, and takes the finalizer off through `finalize`. */
const FINALIZER = 'kubernetes';
const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespaceRow = defineKind<Namespace>(Namespaces, {
  shortNames: ['ns'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  hasStatus: true,
  nameRule: dns1123Label,
  subresources: [
    { name: 'finalize', group: '', version: 'v1', kind: 'Namespace', verbs: ['update'] },
    // Ours: where the Pods of a manifest would go (docs/scheduling.md).
    { name: 'whatif', group: 'kubernats.dev', version: 'v1', kind: 'WhatIf', verbs: ['create'], connect: true },
  ],
  columns: [NAME, text('Status', 'Active, or Terminating while it is being emptied.', (namespace) => namespace.status?.phase ?? ''), AGE],
  strategy: {
    default(namespace) {
      const { metadata } = namespace;
      if (metadata?.name) (metadata.labels ??= {})[NAME_LABEL] = metadata.name;
    },
    prepareForCreate(namespace) {
      namespace.status = { phase: 'Active' };
      const spec = (namespace.spec ??= {});
      if (!spec.finalizers?.includes(FINALIZER)) spec.finalizers = [...(spec.finalizers ?? []), FINALIZER];
    },
    prepareForUpdate(namespace, old) {
      namespace.spec = { ...namespace.spec, finalizers: old.spec?.finalizers };
    },
    prepareForDeletion(namespace) {
      namespace.status = { ...namespace.status, phase: 'Terminating' };
    },
    validateStatusUpdate({ status, metadata }) {
      const isDeleted = metadata?.deletionTimestamp !== undefined;
      const phase = isDeleted ? 'Terminating' : 'Active';
      if (status?.phase === phase) return [];
      const why = `may only be '${phase}' if \`deletionTimestamp\` is ${isDeleted ? 'not ' : ''}empty`;
      return [invalidValue(fieldPath('status').child('Phase'), status?.phase ?? '', why)];
    },
    countsGeneration: false,
  },
  fieldSelectors: { 'status.phase': (namespace) => namespace.status?.phase ?? '' },
});
