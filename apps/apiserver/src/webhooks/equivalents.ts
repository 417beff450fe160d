import type { KindRow, KindTable } from '@kubernats/api';

/** The other rows by which the same objects are reached: other versions of the kind, or another group's. */
export function equivalentRows(kinds: KindTable, row: KindRow): KindRow[] {
  if (row.ephemeral || row.computed) return [];
  const kept = kinds.stored(row);
  return kinds.all.filter((other) => other !== row && !other.ephemeral && !other.computed && kinds.stored(other) === kept);
}
