import { Nodes } from '../../refs.ts';
import { defineKind } from '../define.ts';

export const nodeRow = defineKind(Nodes, {
  shortNames: ['no'],
  hasStatus: true,
});
