import type { Listing } from '../cache/past.ts';
import type { Selection } from '../cache/selection.ts';
import type { Held } from '../cache/stored.ts';
import type { Place } from '../core.ts';

/** Has everything converted that a selection has to look at, to tell what it selects; undefined: it is. */
export function prepareListing({ conversion }: Place, { coarse }: Selection, listing: Listing): Promise<void> | undefined {
  if (!conversion || !coarse) return undefined;
  const objects: Held[] = [];
  listing.scan(coarse.namespace === undefined ? '' : `${coarse.namespace}/`, '', (stored) => {
    if (coarse.matches(stored)) objects.push(stored.object);
    return true;
  });
  return conversion.prepare(objects);
}
