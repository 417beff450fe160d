import { badRequest, expired, StatusError } from '@kubernats/errors';
import { before, type Listing } from '../cache/past.ts';
import type { Selection } from '../cache/selection.ts';
import type { Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { prepareListed } from '../conversion/prepare-listing.ts';
import { type Core, type Place, placeOf } from '../core.ts';
import { type ContinueToken, decodeContinue, encodeContinue } from '../rest/continue-token.ts';
import { checkListOptions } from '../rest/list-options.ts';
import { revisionOf, wholeNumber } from '../rest/resource-version.ts';
import { selectionOf } from '../rest/selection.ts';

/** The objects of a resource, whole or in pages. Source: "Resource versions" and "Retrieving large results sets in chunks" of the API concepts. */
export async function list(core: Core, call: Call): Promise<Result> {
  const { row, query, request } = call;
  checkListOptions(query);
  // Lists are not bounded in time by it; what is no number is refused all the same.
  wholeNumber(query.timeoutSeconds);
  const place = placeOf(core, row);
  const { labelSelector, fieldSelector } = query;
  const selection = selectionOf(row, { labelSelector, fieldSelector, namespace: request.namespace }, place.cache.indexedPath);
  const limit = wholeNumber(query.limit) ?? 0;
  const token = query.continue ? decodeContinue(query.continue) : undefined;
  if (token && query.resourceVersion && query.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const { listing, revision } = token && token.revision > 0 ? await goOn(core, place, token) : await begin(core, place, query, limit);
  if (limit === 0 && !token && selection.indexed !== undefined && revision === place.stream.revision) {
    return { type: 'list', items: indexed(place, selection), revision };
  }
  if (!selection.everything) await prepareListed(place, selection, listing);
  return page(core, place, selection, { listing, revision, limit, after: token?.start ?? '' });
}

interface From {
  listing: Listing;
  revision: number;
}

/** As it was when the first page was read. */
async function goOn(core: Core, place: Place, { revision, start }: ContinueToken): Promise<From> {
  // The first page may have come from a server that is a moment ahead of this one.
  await place.stream.waitFor(revision);
  const listing = asOf(core, place, revision);
  if (listing) return { listing, revision };
  throw new StatusError('Expired', TOKEN_TOO_OLD, undefined, undefined, { continue: encodeContinue({ revision: -1, start }) });
}

/** As it is now, or as it was at the version that was asked for. */
async function begin(core: Core, place: Place, query: Readonly<Record<string, string>>, limit: number): Promise<From> {
  const { stream, cache } = place;
  const wanted = revisionOf(query.resourceVersion);
  if (wanted === undefined) await stream.fresh();
  else await stream.waitFor(wanted);
  const match = query.resourceVersionMatch ?? '';
  const isExact = match === 'Exact' || (match === '' && limit > 0);
  if (!isExact || wanted === undefined || wanted === 0) return { listing: cache.snapshot(), revision: stream.revision };
  const listing = asOf(core, place, wanted);
  if (!listing) throw expired('The resourceVersion for the provided list is too old.');
  return { listing, revision: wanted };
}

/** The resource as it was at a revision, which must have come; undefined when that is forgotten. */
function asOf(core: Core, { cache, row }: Place, revision: number): Listing | undefined {
  if (revision >= cache.floor) return before(cache.snapshot(), cache.eventsAfter(revision));
  return core.paging.find(`${row.group}/${row.plural}`, revision);
}

function page(core: Core, { row }: Place, selection: Selection, from: From & { limit: number; after: string }): Result {
  const { listing, revision, limit, after } = from;
  const items: Stored[] = [];
  let more = false;
  let remaining = 0;
  listing.scan(selection.namespace === undefined ? '' : `${selection.namespace}/`, after, (stored) => {
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
  core.paging.keep(`${row.group}/${row.plural}`, revision, listing);
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
