import type { Listing } from '../cache/past.ts';
import type { Selection } from '../cache/selection.ts';
import type { Held } from '../cache/stored.ts';
import type { Place } from '../core.ts';

/** Has everything converted that a selection has to look at, to tell what it selects; undefined: it is. */
export function prepareListing({ conversion }: Place, selection: Selection, listing: Listing): Promise<void> | undefined {
  return conversion?.prepare(lookedAt(selection, listing));
}

/** As `prepareListing`, for a request, which is shown nothing that is old. */
export async function prepareListed({ conversion }: Place, selection: Selection, listing: Listing): Promise<void> {
  await conversion?.prepareListed(lookedAt(selection, listing));
}

function lookedAt({ coarse }: Selection, listing: Listing): Held[] {
  if (!coarse) return [];
  const objects: Held[] = [];
  listing.scan(coarse.namespace === undefined ? '' : `${coarse.namespace}/`, '', (stored) => {
    if (coarse.matches(stored)) objects.push(stored.object);
    return true;
  });
  return objects;
}
