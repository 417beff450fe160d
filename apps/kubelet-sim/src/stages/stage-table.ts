import { rowSchema } from '@kubernats/containers';
import * as z from 'zod';
import { nodeRow } from './node-row.ts';

/** A file of life cycles: how Pods live that are only told of, and what nodes go through. */
export const stageTable = z.strictObject(
  {
    pods: z.array(rowSchema, 'must be a list of rows').default([]),
    nodes: z.array(nodeRow, 'must be a list of rows').default([]),
  },
  'must be a mapping with the lists "pods" and "nodes"',
);

export type StageTable = z.output<typeof stageTable>;

/** As a person writes it. */
export type StageTableInput = z.input<typeof stageTable>;
