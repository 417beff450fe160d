import type { CSINode } from '../../../generated/types.ts';
import { CSINodes } from '../../refs.ts';
import { AGE, integer, NAME } from '../../table/common-columns.ts';
import { defineKind } from '../define.ts';

export const csiNodeRow = defineKind<CSINode>(CSINodes, {
  columns: [NAME, integer('Drivers', 'How many drivers the node has.', ({ spec }) => spec?.drivers?.length ?? 0), AGE],
  strategy: { countsGeneration: false },
});
