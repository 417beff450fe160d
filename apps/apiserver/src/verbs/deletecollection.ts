import { isNotFound } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { prepareListed } from '../conversion/prepare-listing.ts';
import { type Core, placeOf } from '../core.ts';
import { deleteObject } from '../rest/delete-object.ts';
import { deleteOptionsOf } from '../rest/delete-options.ts';
import { checkListOptions } from '../rest/list-options.ts';
import { wholeNumber } from '../rest/resource-version.ts';
import { selectionOf } from '../rest/selection.ts';

const AT_ONCE = 16;

/** DELETE of all that the selectors name. Gives the list of what it deleted, or began to delete. */
export async function deleteCollection(core: Core, call: Call): Promise<Result> {
  const { row, query, request } = call;
  const options = await deleteOptionsOf(call);
  checkListOptions(query);
  const place = placeOf(core, row);
  const { stream, cache } = place;
  const { labelSelector, fieldSelector } = query;
  const selection = selectionOf(row, { labelSelector, fieldSelector, namespace: request.namespace }, cache.indexedPath);
  const limit = wholeNumber(query.limit) || Number.POSITIVE_INFINITY;
  await stream.fresh();
  const found: Stored[] = [];
  const listing = cache.snapshot();
  if (!selection.everything) await prepareListed(place, selection, listing);
  listing.scan(selection.namespace === undefined ? '' : `${selection.namespace}/`, '', (stored) => {
    if (selection.matches(stored)) found.push(stored);
    return found.length < limit;
  });
  const items: Stored[] = [];
  for (let at = 0; at < found.length; at += AT_ONCE) {
    const some = found.slice(at, at + AT_ONCE).map((stored) => deleteObject(core, call, stored, options).catch(ignoreGone));
    for (const done of await Promise.all(some)) if (done) items.push(done.stored);
  }
  return { type: 'list', items, revision: stream.revision };
}

/** Somebody else deleted it first: it is gone, as asked. */
function ignoreGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
