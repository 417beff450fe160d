import type { Call, Result } from '../call.ts';
import { type Core, placeOf } from '../core.ts';
import { checkWatchOptions } from '../rest/list-options.ts';
import { flag, revisionOf, wholeNumber } from '../rest/resource-version.ts';
import { selectionOf } from '../rest/selection.ts';

/** Longer than anybody waits, and short enough for a timer. */
const MAX_TIMEOUT_MS = 7 * 24 * 3_600_000;

/** Changes as they come, from a revision on, or after the objects as they are. Source: "Efficient detection of changes" of the API concepts. */
export async function watch(core: Core, call: Call): Promise<Result> {
  const { row, query, request } = call;
  checkWatchOptions(query);
  const { stream, cache } = placeOf(core, row);
  const { labelSelector, fieldSelector } = query;
  const { namespace, name } = request;
  const selection = selectionOf(row, { labelSelector, fieldSelector, namespace, name }, cache.indexedPath);
  const revision = revisionOf(query.resourceVersion);
  const bookmarks = flag(query.allowWatchBookmarks);
  const seconds = wholeNumber(query.timeoutSeconds) ?? 0;
  // Those that name no time do not all come back at the same time.
  const leastMs = core.minRequestTimeoutMs;
  const timeoutMs = seconds > 0 ? Math.min(seconds * 1000, MAX_TIMEOUT_MS) : leastMs + core.random.int(Math.max(1, leastMs));
  const initial = query.sendInitialEvents !== undefined ? flag(query.sendInitialEvents) : revision === undefined || revision === 0;
  if (revision === undefined) await stream.fresh();
  else await stream.waitFor(revision);
  return {
    type: 'watch',
    plan: {
      selection,
      // Without the objects themselves, "any version" begins with what there is.
      after: initial ? undefined : revision || stream.revision,
      bookmarks,
      initialEventsEnd: initial && flag(query.sendInitialEvents) && bookmarks,
      timeoutMs,
    },
  };
}
