import { type DecodeTarget, decodeValue, schemaOf } from '@kubernats/api';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, isJsonObject } from '@kubernats/apimachinery';
import { badRequest } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, placeOf } from '../core.ts';
import { APPLY_TYPE, fieldValidationOf, isDryRun, mediaType, unsupportedMediaType } from '../rest/body.ts';
import { fromKept } from '../rest/create-object.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { checkPatchOptions } from '../rest/patch-options.ts';
import { decideUpdate } from '../rest/update-object.ts';
import { apply } from './apply.ts';

const STRATEGIC = 'application/strategic-merge-patch+json';
const TYPES = ['application/json-patch+json', 'application/merge-patch+json', STRATEGIC, APPLY_TYPE];
/** Lists of custom resources have no merge keys. */
const CUSTOM_TYPES = TYPES.filter((type) => type !== STRATEGIC);

/** PATCH: JSON patch, merge patch, strategic merge patch or a configuration to apply, made again on the newest form when somebody else was faster. */
export async function patch(core: Core, call: Call): Promise<Result> {
  if (mediaType(call) === APPLY_TYPE) return apply(core, call);
  checkPatchOptions(call);
  const { row } = call;
  const { namespace = '', name = '', subresource } = call.request;
  const patchedOf = patcherOf(call, row);
  const fieldValidation = fieldValidationOf(call);
  const warnings: string[] = [];
  const unknown: string[] = [];
  const { stored } = await modifyObject(
    core,
    placeOf(core, row),
    { namespace, name, dryRun: isDryRun(call.query.dryRun, call.request.verb) },
    async (current) => {
      const old = fromKept(row, current.object);
      const patched = patchedOf(old);
      const decoded = decodeValue(row, patched, { fieldValidation });
      unknown.splice(0, unknown.length, ...decoded.warnings);
      const draft = { ...decoded.object, metadata: decoded.object.metadata ?? {} };
      if (!named(patched, current))
        throw badRequest(`the name of the object (${draft.metadata.name ?? ''}) does not match the name on the URL (${name})`);
      return decideUpdate(core, call, current, draft, { subresource, warnings });
    },
  );
  call.warnings.push(...unknown, ...warnings);
  return { type: 'stored', code: 200, stored };
}

/** What the patch in the body makes of an object of the target's kind. Throws UnsupportedMediaType and BadRequest. */
export function patcherOf(call: Call, target: DecodeTarget): (object: object) => unknown {
  const { body = new Uint8Array() } = call.request;
  const type = mediaType(call);
  const types = call.row.custom ? CUSTOM_TYPES : TYPES;
  if (!types.includes(type)) throw unsupportedMediaType(types);
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (type === 'application/json-patch+json') return (object) => applyJsonPatch(object, document);
  if (type === 'application/merge-patch+json') return (object) => applyMergePatch(object, document);
  const schema = schemaOf(target);
  return (object) => applyStrategicMergePatch(object, document, schema);
}

function named(patched: unknown, current: Stored): boolean {
  const metadata: unknown = isJsonObject(patched) ? patched.metadata : undefined;
  return isJsonObject(metadata) && metadata.name === current.name && (metadata.namespace ?? '') === current.namespace;
}
