import { Services } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const serviceRow = defineKind(Services, {
  shortNames: ['svc'],
  categories: ['all'],
  hasStatus: true,
});
