import { byOperationAndTime, type ManagedFieldsEntry } from './entry.ts';
import { emptySet, union } from './field-set.ts';

/** As in Kubernetes: beyond this many managers that only update, the oldest share an entry. */
const MAX_UPDATE_ENTRIES = 10;
const SHARED_MANAGER = 'ancient-changes';

/** The entries with the oldest of too many Update entries joined, one joint entry for each apiVersion. */
export function cappedEntries(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const updates = entries.filter(({ operation }) => operation === 'Update');
  if (updates.length <= MAX_UPDATE_ENTRIES) return entries;
  const oldestFirst = updates.toSorted(byOperationAndTime);
  const joint = new Map<string, ManagedFieldsEntry>();
  const joined = new Set<ManagedFieldsEntry>();
  const firsts = new Map<string, ManagedFieldsEntry>();
  let count = updates.length;
  for (const entry of oldestFirst) {
    if (count <= MAX_UPDATE_ENTRIES) break;
    const version = entry.apiVersion ?? '';
    const first = firsts.get(version);
    if (first === undefined) {
      firsts.set(version, entry);
      continue;
    }
    const before = joint.get(version) ?? first;
    const { subresource: _subresource, ...plain } = before;
    const fieldsV1 = union(before.fieldsV1 ?? emptySet, entry.fieldsV1 ?? emptySet);
    joint.set(version, { ...plain, manager: SHARED_MANAGER, time: entry.time, fieldsV1 });
    joined.add(first).add(entry);
    count--;
  }
  return [...entries.filter((entry) => !joined.has(entry)), ...joint.values()];
}
