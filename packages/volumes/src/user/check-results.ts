import type { Files } from '@kubernats/files';
import * as z from 'zod';
import type { CreatedVolume, CreateVolume } from '../port.ts';

const newVolume = z
  .strictObject({
    handle: z.string().min(1),
    attributes: z.record(z.string(), z.string()),
    capacityBytes: z.int().nonnegative(),
    node: z.string().min(1),
  })
  .partial()
  .optional();

const expansion = z.object({ onNode: z.boolean() }).optional();

const FILES = Object.keys({
  ...{ read: 0, readRange: 0, write: 0, append: 0, replace: 0, stat: 0, lstat: 0, lookup: 0, list: 0, mkdir: 0, rename: 0, symlink: 0 },
  ...{ readlink: 0, chmod: 0, setModified: 0, realpath: 0, remove: 0, scope: 0, usage: 0, space: 0 },
} satisfies Record<Exclude<keyof Files, 'hostPath'>, number>);

/** The volume that `create` says it has made, with what it left out. Throws `TypeError` for what cannot be one. */
export function createdVolume(result: unknown, request: CreateVolume, onNode: boolean): CreatedVolume {
  const made = parsed(newVolume, result, 'a volume') ?? {};
  const { handle = request.name, attributes = request.parameters, capacityBytes = request.capacityBytes } = made;
  if (capacityBytes < request.capacityBytes) {
    throw new TypeError(`it made a volume of ${capacityBytes} bytes, where ${request.capacityBytes} were asked for`);
  }
  const node = made.node ?? request.node;
  if (onNode && node === undefined) throw new TypeError('its volumes lie on a node, and it named none');
  return { handle, attributes, capacityBytes, ...(onNode ? { node } : {}) };
}

/** What `expand` says; nothing: a node that has it mounted lets more into it. */
export const expandedVolume = (result: unknown): { onNode: boolean } =>
  parsed(expansion, result, 'whether the node has something to do') ?? { onNode: true };

/** The folder that `mount` gives. */
export function mountedFiles(result: unknown): Files {
  if (isFiles(result)) return result;
  throw new TypeError('it gave no folder (Files), as side.folder(), side.path() and side.storage.scope() are');
}

function isFiles(value: unknown): value is Files {
  return typeof value === 'object' && value !== null && FILES.every((name) => typeof Reflect.get(value, name) === 'function');
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const { data, error } = schema.safeParse(value ?? undefined);
  if (!error) return data;
  const problems = error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw new TypeError(`what it gave is not ${what}: ${problems.join('; ')}`);
}
