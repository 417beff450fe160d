import { entryId, LOGS, type LogName, type SnapshotEntry } from './format.ts';

/** Which entries of a snapshot count: of each key the last one, unless it is a deletion. Holds no objects. */
export class LiveEntries {
  readonly #revisions = new Map<string, number>();

  add(entry: Pick<SnapshotEntry, 'log' | 'key' | 'revision' | 'deleted'>): void {
    if (entry.deleted) this.#revisions.delete(entryId(entry));
    else this.#revisions.set(entryId(entry), entry.revision);
  }

  has(entry: SnapshotEntry): boolean {
    return !entry.deleted && this.#revisions.get(entryId(entry)) === entry.revision;
  }

  /** How many objects there are of each log. */
  counts(): Record<LogName, number> {
    const counts = { state: 0, events: 0, leases: 0 };
    for (const id of this.#revisions.keys()) for (const log of LOGS) if (id.startsWith(`${log}/`)) counts[log]++;
    return counts;
  }
}
