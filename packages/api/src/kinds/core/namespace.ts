import { Namespaces } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const namespaceRow = defineKind(Namespaces, {
  shortNames: ['ns'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  hasStatus: true,
  subresources: [{ name: 'finalize', group: '', version: 'v1', kind: 'Namespace', verbs: ['update'] }],
});
