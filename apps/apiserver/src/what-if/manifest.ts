import { decodeValue, type KindRow, kindByGvk } from '@kubernats/api';
import { goQuote } from '@kubernats/apimachinery';
import { badRequest } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';

/** An object of a manifest, of the kind that the row describes. */
export interface ManifestObject {
  row: KindRow;
  object: Held;
}

/** More than any manifest that somebody wrote. */
const MAX_OBJECTS = 2_000;

/**
 * The objects of a body: a single one, or those of Lists, in their order; what names no namespace is in the given one. Unknown fields are refused, as with
 * `kubectl apply`. Throws BadRequest.
 */
export function objectsOf(body: Uint8Array, namespace: string): ManifestObject[] {
  const objects = [...flattened(parsed(body))];
  if (objects.length > MAX_OBJECTS)
    throw badRequest(`the manifest has ${objects.length} objects: at most ${MAX_OBJECTS} are tried at a time`);
  return objects.map((value) => decoded(value, namespace));
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw badRequest(`the manifest is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Raw = { apiVersion: string; kind: string } & Record<string, unknown>;

function* flattened(value: unknown, where = 'the manifest'): Generator<Raw> {
  if (!isRaw(value)) throw badRequest(`${where} is no object with apiVersion and kind`);
  if (!value.kind.endsWith('List') || !Array.isArray(value.items)) return yield value;
  for (const [index, item] of value.items.entries()) yield* flattened(item, `items[${index}] of ${where}`);
}

const isRaw = (value: unknown): value is Raw =>
  typeof value === 'object' &&
  value !== null &&
  'apiVersion' in value &&
  'kind' in value &&
  typeof value.apiVersion === 'string' &&
  typeof value.kind === 'string';

function decoded(value: Raw, namespace: string): ManifestObject {
  const [version = '', group = ''] = value.apiVersion.split('/').reverse();
  const row = kindByGvk(group, version, value.kind);
  if (!row) throw badRequest(`no matches for kind ${goQuote(value.kind)} in version ${goQuote(value.apiVersion)}`);
  const { object } = decodeValue(row, value, { fieldValidation: 'Strict' });
  const metadata = object.metadata ?? {};
  if (row.namespaced) metadata.namespace ||= namespace;
  else delete metadata.namespace;
  return { row, object: { ...object, metadata } };
}
