import { isJsonObject } from '@kubernats/apimachinery';
import { badRequest } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, placeOf } from '../core.ts';
import { APPLY_TYPE, isDryRun, mediaType } from '../rest/body.ts';
import { fromKept } from '../rest/create-object.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { readPatch } from '../rest/patch-body.ts';
import { checkPatchOptions } from '../rest/patch-options.ts';
import { decideUpdate } from '../rest/update-object.ts';
import { apply } from './apply.ts';

/** PATCH: JSON patch, merge patch, strategic merge patch or a configuration to apply, made again on the newest form when somebody else was faster. */
export async function patch(core: Core, call: Call): Promise<Result> {
  if (mediaType(call) === APPLY_TYPE) return apply(core, call);
  checkPatchOptions(call);
  const { row } = call;
  const { namespace = '', name = '', subresource } = call.request;
  const body = readPatch(call, row);
  const warnings: string[] = [];
  const unknown: string[] = [];
  const { stored } = await modifyObject(
    core,
    placeOf(core, row),
    { namespace, name, dryRun: isDryRun(call.query.dryRun, call.request.verb) },
    async (current) => {
      const old = fromKept(row, current.object);
      const patched = body.apply(old);
      const decoded = body.decode(patched);
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

function named(patched: unknown, current: Stored): boolean {
  const metadata: unknown = isJsonObject(patched) ? patched.metadata : undefined;
  return isJsonObject(metadata) && metadata.name === current.name && (metadata.namespace ?? '') === current.namespace;
}
