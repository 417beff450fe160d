import { decodeValue, objectSchema } from '@kubernats/api';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, isJsonObject } from '@kubernats/apimachinery';
import { badRequest, StatusError } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, placeOf } from '../core.ts';
import { fieldValidationOf, isDryRun, mediaType } from '../rest/body.ts';
import { fromKept } from '../rest/create-object.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { decideUpdate } from '../rest/update-object.ts';

const TYPES = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json'];

/** PATCH: JSON patch, merge patch or strategic merge patch, made again on the newest form when somebody else was faster. */
export async function patch(core: Core, call: Call): Promise<Result> {
  const { row } = call;
  const { namespace = '', name = '', subresource } = call.request;
  const apply = patcher(call);
  const fieldValidation = fieldValidationOf(call);
  const warnings: string[] = [];
  const unknown: string[] = [];
  const { stored } = await modifyObject(
    core,
    placeOf(core, row),
    { namespace, name, dryRun: isDryRun(call.query.dryRun, call.request.verb) },
    async (current) => {
      const old = fromKept(row, current.object);
      const patched = apply(old);
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

/** What the patch makes of an object. Throws UnsupportedMediaType and BadRequest. */
function patcher(call: Call): (object: object) => unknown {
  const { body = new Uint8Array() } = call.request;
  const type = mediaType(call);
  if (type === 'application/apply-patch+yaml') {
    throw new StatusError(
      'UnsupportedMediaType',
      'server-side apply (application/apply-patch+yaml) is not served by this version of kubernats',
    );
  }
  if (!TYPES.includes(type)) {
    throw new StatusError(
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${TYPES.join(', ')}`,
    );
  }
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (type === 'application/json-patch+json') return (object) => applyJsonPatch(object, document);
  if (type === 'application/merge-patch+json') return (object) => applyMergePatch(object, document);
  const schema = objectSchema(call.row.definition);
  return (object) => applyStrategicMergePatch(object, document, schema);
}

function named(patched: unknown, current: Stored): boolean {
  const metadata: unknown = isJsonObject(patched) ? patched.metadata : undefined;
  return isJsonObject(metadata) && metadata.name === current.name && (metadata.namespace ?? '') === current.namespace;
}
