import type { PluginHooks, SchedulerPluginDefinition } from '@kubernats/scheduler-plugin';
import * as z from 'zod';
import { EXTENSION_POINTS } from '../config/extension-points.ts';

const call = z.custom((value) => typeof value === 'function', 'must be a function');

const definition = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,60}[A-Za-z0-9])?$/, 'must be letters, digits, dots and dashes'),
  weight: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional(),
  looksAt: z.literal('node', "must be 'node'").optional(),
  create: call,
});

const NAMES = [...Object.values(EXTENSION_POINTS), 'normalize', 'unreserve', 'mayHelp'];
const hooks = z.strictObject(Object.fromEntries(NAMES.map((name) => [name, call.optional()])));

/** Whether a module's default export is a plug-in; throws `TypeError` that says what is wrong with it. */
export function requireDefinition(value: unknown): asserts value is SchedulerPluginDefinition {
  require(definition, value, 'its default export is no plug-in');
}

/** Whether this is what a plug-in does; throws `TypeError` that says what is wrong with it. */
export function requireHooks(value: unknown): asserts value is PluginHooks {
  require(hooks, value, 'what create gave is no plug-in');
}

function require(schema: z.ZodType, value: unknown, what: string): void {
  const { error } = schema.safeParse(value);
  if (!error) return;
  const problems = error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  throw new TypeError(`${what}: ${problems.join('; ')}`);
}
