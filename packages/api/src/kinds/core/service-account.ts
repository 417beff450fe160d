import { ServiceAccounts } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const serviceAccountRow = defineKind(ServiceAccounts, {
  shortNames: ['sa'],
});
