import type { ServiceAccount } from '../../../generated/types.ts';
import { ServiceAccounts } from '../../refs.ts';
import { AGE, integer, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';

export const serviceAccountRow = defineKind<ServiceAccount>(ServiceAccounts, {
  shortNames: ['sa'],
  subresources: [{ name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] }],
  columns: [NAME, integer('Secrets', 'How many Secrets it may use.', (account) => account.secrets?.length ?? 0), AGE],
  strategy: { countsGeneration: false, allowUnconditionalUpdate: false },
});
