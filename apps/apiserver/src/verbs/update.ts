import { copyJson } from '@kubernats/apimachinery';
import { isNotFound, notFound } from '@kubernats/errors';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { bodyOf, isDryRun, placed } from '../rest/body.ts';
import { createObject } from '../rest/create-object.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { decideUpdate } from '../rest/update-object.ts';

/** PUT: replaces an object, or its status. */
export async function update(core: Core, call: Call): Promise<Result> {
  const { row } = call;
  const { namespace = '', name = '', subresource } = call.request;
  const body = placed(call, await bodyOf(call, row), true);
  const warnings: string[] = [];
  try {
    const { stored } = await modifyObject(
      core,
      placeOf(core, row),
      { namespace, name, dryRun: isDryRun(call.query.dryRun, call.request.verb) },
      (current) => decideUpdate(core, call, current, copyJson(body), { subresource, warnings }),
    );
    call.warnings.push(...warnings);
    return { type: 'stored', code: 200, stored };
  } catch (error) {
    const creates = row.strategy.allowCreateOnUpdate && subresource === undefined && !body.metadata.resourceVersion && !body.metadata.uid;
    if (!isNotFound(error)) throw error;
    if (!creates) throw notFound(named(row), name);
    return { type: 'stored', code: 201, stored: await createObject(core, call, copyJson(body)) };
  }
}
