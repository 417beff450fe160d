import { EndpointsKind } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const endpointsRow = defineKind(EndpointsKind, {
  shortNames: ['ep'],
});
