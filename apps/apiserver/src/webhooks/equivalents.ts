import { KINDS, type KindRow, storedRow } from '@kubernats/api';

/** The other rows by which the same objects are reached: other versions of the kind, or another group's. */
export function equivalentRows(row: KindRow): KindRow[] {
  if (row.ephemeral || row.computed) return [];
  const kept = storedRow(row);
  return KINDS.filter((other) => other !== row && !other.ephemeral && !other.computed && storedRow(other) === kept);
}
