import * as z from 'zod';
import type { StorageBackendDefinition } from './definition.ts';

const names = z.array(z.string().min(1));
const call = z.custom((value) => typeof value === 'function', 'must be a function').optional();
const accessMode = z.enum(['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod']);

const schema = z.strictObject({
  name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes'),
  drivers: names.optional(),
  parameters: names.optional(),
  traits: z
    .strictObject({
      attach: z.boolean(),
      onNode: z.boolean(),
      accessModes: z.array(accessMode).min(1),
      expansion: z.enum(['none', 'offline', 'online']),
    })
    .partial()
    .optional(),
  ...{ create: call, delete: call, expand: call, modify: call, attach: call, detach: call, mount: call, unmount: call },
});

/** Whether a module's default export is a back end; throws `TypeError` that says what is wrong with it. */
export function requireDefinition(value: unknown): asserts value is StorageBackendDefinition {
  const { error } = schema.safeParse(value);
  if (!error) return;
  const problems = error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  throw new TypeError(`its default export is no storage back end: ${problems.join('; ')}`);
}
