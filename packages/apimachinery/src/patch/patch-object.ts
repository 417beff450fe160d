import { badRequest } from '@kubernats/errors';
import { isJsonObject, type JsonObject } from '../json.ts';

/** The patch, when it is an object; otherwise throws what a decoder of JSON in Kubernetes says. */
export function patchObject(patch: unknown): JsonObject {
  if (isJsonObject(patch)) return patch;
  if (patch === null || patch === undefined) throw badRequest('Invalid JSON Patch');
  const kind = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
  throw badRequest(`error decoding patch: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`);
}
