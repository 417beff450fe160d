import { parseDuration } from '@kubernats/apimachinery';
import * as z from 'zod';

// One row of the table that says how containers live which are only told of. Each part of a container's life is one field.

const TIME = 'must be a time such as 500ms, 2s or 1m30s, or a number of milliseconds';

/** A time, as milliseconds. */
export const time = z.union([z.number().min(0, TIME), z.string()], TIME).transform((value, context): number => {
  const ms = typeof value === 'number' ? value : parseDuration(value);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: TIME });
  return z.NEVER;
});

/** A time after which something happens; `jitter`: and up to so much later, by chance. */
export const delay = { after: time.default(0), jitter: time.default(0) };

const never = z.literal('never');

/** Something that happens not each time a container starts. */
const chance = {
  /** How likely it is, each time: 0 to 1. */
  probability: z.number('must be a number from 0 to 1').min(0, 'must be at least 0').max(1, 'must be at most 1').default(1),
  /** Only in the container's first so many starts. */
  times: z.number('must be a whole number').int('must be a whole number').min(1, 'must be at least 1').optional(),
};

const texts = z.record(z.string(), z.string('must be a text'), 'must be a mapping of names to texts');
const glob = z.string('must be a text, * for any run of characters');
const exitCode = z
  .number('must be a whole number')
  .int('must be a whole number')
  .min(0, 'must be at least 0')
  .max(255, 'must be at most 255');

export const REFUSALS = [
  'ErrImagePull',
  'InvalidImageName',
  'CreateContainerError',
  'CreateContainerConfigError',
  'RunContainerError',
] as const;
export const EXIT_REASONS = ['Completed', 'Error', 'OOMKilled'] as const;

export const rowSchema = z.strictObject(
  {
    /** For people. */
    name: z.string().optional(),
    /** Which containers; all that is said must hold. Absent: all. */
    match: z
      .strictObject({
        /** A repository name without its registry and tag. */
        image: glob.optional(),
        namespace: glob.optional(),
        /** The Pod's name. */
        pod: glob.optional(),
        container: glob.optional(),
        labels: texts.optional(),
        annotations: texts.optional(),
        /** The kind of the Pod's controller, such as Job. */
        owner: z.string().optional(),
      })
      .default({}),
    /** How long a start takes. */
    start: z.strictObject(delay).optional(),
    /** Is not started; tried again as the kubelet does. */
    refuse: z
      .strictObject({ reason: z.enum(REFUSALS, `must be one of ${REFUSALS.join(', ')}`), message: z.string().optional(), ...chance })
      .optional(),
    /** When it is ready after its start, and when it is not for a time, again and again. */
    ready: z
      .union(
        [never, z.strictObject({ ...delay, flaps: z.strictObject({ every: time, for: time }).optional() })],
        'must be never, or a mapping with after, jitter and flaps',
      )
      .optional(),
    /** Ends by itself. */
    exit: z
      .strictObject({
        ...delay,
        code: exitCode.optional(),
        reason: z.enum(EXIT_REASONS, `must be one of ${EXIT_REASONS.join(', ')}`).optional(),
        message: z.string().optional(),
        ...chance,
      })
      .optional(),
    /** How long it takes to heed SIGTERM; `never`: until it is killed. */
    stop: z
      .union([never, z.strictObject({ ...delay, code: exitCode.default(0) })], 'must be never, or a mapping with after, jitter and code')
      .optional(),
  },
  'must be a mapping',
);

/** A row as it is used: times in milliseconds. */
export type BehaviourRow = z.output<typeof rowSchema>;

/** A row as a person writes it. */
export type BehaviourRowInput = z.input<typeof rowSchema>;
