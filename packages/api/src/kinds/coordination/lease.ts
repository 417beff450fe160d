import { Leases } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const leaseRow = defineKind(Leases, {
  stream: 'leases',
});
