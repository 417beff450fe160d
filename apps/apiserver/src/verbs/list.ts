import { badRequest, expired } from '@kubernats/errors';
import type { Selection } from '../cache/selection.ts';
import type { Snapshot } from '../cache/sorted-list.ts';
import type { Stored } from '../cache/stored.ts';
import { tooLarge } from '../cache/stream-cache.ts';
import type { Call, Result } from '../call.ts';
import { type Core, type Place, placeOf } from '../core.ts';
import { type ContinueToken, decodeContinue, encodeContinue } from '../rest/continue-token.ts';
import { revisionOf, wholeNumber } from '../rest/resource-version.ts';
import { selectionOf } from '../rest/selection.ts';

/** The objects of a resource, whole or in pages. Source: "Resource versions" and "Retrieving large results sets in chunks" of the API concepts. */
export async function list(core: Core, call: Call): Promise<Result> {
  const { row, query, request } = call;
  const place = placeOf(core, row);
  const selection = selectionOf(row, { ...pick(query), namespace: request.namespace }, place.cache.indexedPath);
  const limit = wholeNumber('limit', query.limit) ?? 0;
  const token = query.continue ? decodeContinue(query.continue) : undefined;
  if (token && query.resourceVersion && query.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const { snapshot, revision } = await source(core, place, query, limit, token);
  if (limit === 0 && !token && selection.indexed !== undefined) {
    return { type: 'list', items: indexed(place, selection), revision };
  }
  return page(core, place, selection, { snapshot, revision, limit, after: token?.start ?? '' });
}

function pick({ labelSelector, fieldSelector }: Readonly<Record<string, string>>) {
  return { ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}) };
}

/** What to list from: now, or as it was when the first page was read. */
async function source(
  core: Core,
  { stream, cache, row }: Place,
  query: Readonly<Record<string, string>>,
  limit: number,
  token: ContinueToken | undefined,
): Promise<{ snapshot: Snapshot<Stored>; revision: number }> {
  if (token && token.revision > 0) {
    const snapshot = core.paging.find(`${row.group}/${row.plural}`, token.revision);
    if (!snapshot) throw expired(TOKEN_TOO_OLD);
    return { snapshot, revision: token.revision };
  }
  const wanted = revisionOf(query.resourceVersion);
  const match = query.resourceVersionMatch ?? '';
  if (match !== '' && match !== 'Exact' && match !== 'NotOlderThan') {
    throw badRequest(`resourceVersionMatch: Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`);
  }
  if (match !== '' && wanted === undefined)
    throw badRequest('resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match === 'Exact' && wanted === 0)
    throw badRequest('resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  if (wanted === undefined) await stream.fresh();
  else await stream.waitFor(wanted);
  const exact = match === 'Exact' || (match === '' && limit > 0 && wanted !== undefined && wanted > 0);
  if (!exact || wanted === stream.revision || wanted === undefined) return { snapshot: cache.snapshot(), revision: stream.revision };
  if (wanted > stream.revision) throw tooLarge(wanted, stream.revision);
  const past = core.paging.find(`${row.group}/${row.plural}`, wanted);
  if (past) return { snapshot: past, revision: wanted };
  // Nothing changed in this resource since then: it looks now as it did.
  if (wanted >= cache.floor && cache.eventsAfter(wanted).length === 0) return { snapshot: cache.snapshot(), revision: wanted };
  throw expired(`The resourceVersion for the provided list is too old.`);
}

function page(
  core: Core,
  { row }: Place,
  selection: Selection,
  from: { snapshot: Snapshot<Stored>; revision: number; limit: number; after: string },
): Result {
  const { snapshot, revision, limit, after } = from;
  const items: Stored[] = [];
  let more = false;
  let remaining = 0;
  snapshot.scan(selection.namespace === undefined ? '' : `${selection.namespace}/`, after, (stored) => {
    if (more && selection.everything) {
      remaining++;
      return true;
    }
    if (!selection.matches(stored)) return true;
    if (limit > 0 && items.length === limit) {
      more = true;
      remaining = 1;
      return selection.everything;
    }
    items.push(stored);
    return true;
  });
  if (!more) return { type: 'list', items, revision };
  core.paging.keep(`${row.group}/${row.plural}`, revision, snapshot);
  const continueToken = encodeContinue({ revision, start: items.at(-1)?.id ?? '' });
  return { type: 'list', items, revision, continueToken, ...(selection.everything ? { remaining } : {}) };
}

/** Lists by the indexed field look at the matching objects only. */
function indexed({ cache }: Place, selection: Selection): Stored[] {
  const items: Stored[] = [];
  for (const stored of cache.withField(selection.indexed ?? '')) if (selection.matches(stored)) items.push(stored);
  return items.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const TOKEN_TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use ' +
  'the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - ' +
  'objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
