import { notFound } from '@kubernats/errors';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { revisionOf } from '../rest/resource-version.ts';

/** One object, current unless the caller is content with an older one (`resourceVersion`). */
export async function get(core: Core, call: Call): Promise<Result> {
  const { row, query } = call;
  const { namespace = '', name = '' } = call.request;
  const { stream, cache, conversion } = placeOf(core, row);
  const atLeast = revisionOf(query.resourceVersion);
  if (atLeast === undefined) await stream.fresh();
  else await stream.waitFor(atLeast);
  const stored = cache.get(namespace, name);
  if (!stored) throw notFound(named(row), name);
  if (conversion && atLeast === undefined) await conversion.prepareAnew(stored.object);
  return { type: 'stored', code: 200, stored };
}
