import { delay, time } from '@kubernats/containers';
import * as z from 'zod';

// One row of the table that says what nodes go through.

/** A time in a node's life, counted from its boot: it begins after a while, lasts (absent: for ever), and may come again. */
const window = {
  ...delay,
  for: time.optional(),
  /** From one beginning to the next. Absent: once. */
  every: time.optional(),
};

const why = { reason: z.string('must be a text').optional(), message: z.string('must be a text').optional() };
const texts = z.record(z.string(), z.string('must be a text'), 'must be a mapping of names to texts');

const isWindow = (value: { for?: number; every?: number }, context: z.RefinementCtx): void => {
  const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (value.every === undefined) return;
  if (value.for === undefined) issue('every', 'what lasts for ever does not come again: say for how long with for');
  else if (value.every <= value.for) issue('every', 'must be longer than for');
};

const STATUSES = ['True', 'False', 'Unknown'] as const;

export const nodeRow = z.strictObject(
  {
    /** For people. */
    name: z.string().optional(),
    /** Which nodes; all that is said must hold. Absent: all. */
    match: z
      .strictObject({
        /** The node's name, `*` for any run of characters. */
        node: z.string('must be a text').optional(),
        labels: texts.optional(),
        annotations: texts.optional(),
      })
      .default({}),
    /** Reports that it is not ready. */
    notReady: z
      .strictObject({ ...window, ...why })
      .superRefine(isWindow)
      .optional(),
    /** Sends no heartbeats and reports nothing. */
    silent: z.strictObject(window).superRefine(isWindow).optional(),
    /** Reports conditions, such as DiskPressure. */
    conditions: z
      .array(
        z
          .strictObject({
            type: z.string('must be a text').min(1, 'must not be empty'),
            status: z.enum(STATUSES, `must be one of ${STATUSES.join(', ')}`).default('True'),
            ...window,
            ...why,
          })
          .superRefine(isWindow),
        'must be a list of conditions',
      )
      .default([]),
  },
  'must be a mapping',
);

export type NodeRow = z.output<typeof nodeRow>;
