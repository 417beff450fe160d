import { Failure } from '../failure.ts';
import { keyOfEntry, LOGS, type LogName } from './format.ts';
import type { Logs } from './logs.ts';
import { readSnapshot, type SnapshotSummary } from './snapshot-reader.ts';

/**
 * How far revisions jump, beyond the newest that the cluster and the snapshot know of: a log that was lost went on after the snapshot, and clients may
 * know of that. (etcd: `--bump-revision`.)
 */
const BUMP = 1_000_000;

/** `state` is the first that nobody may serve and the last that is served again. */
const WRITTEN: readonly LogName[] = ['events', 'leases', 'state'];

/**
 * Replaces all that a cluster's logs hold by what a snapshot holds, at revisions that nobody has seen yet. From the first change to the last no API
 * server serves the logs: one that was interrupted is done again. Returns the revision of each log. Throws a Failure while somebody serves them, before
 * anything was changed.
 */
export async function restoreSnapshot(file: string, { live, end }: SnapshotSummary, logs: Logs): Promise<Record<LogName, number>> {
  await takeOver(file, logs);
  const first: Record<LogName, number> = { state: 0, events: 0, leases: 0 };
  for (const log of LOGS) {
    first[log] = Math.max(await logs[log].lastRevision(), end.revisions[log]) + BUMP;
    await logs[log].empty(first[log]);
  }
  for await (const { entry, object } of readSnapshot(file)) if (live.has(entry)) await logs[entry.log].put(keyOfEntry(entry), object);
  for (const log of LOGS) await logs[log].flush();
  const revisions = { ...first };
  for (const log of WRITTEN) {
    await logs[log].endRestore(first[log], end.objects[log]);
    revisions[log] = await logs[log].lastRevision();
  }
  return revisions;
}

/** From now on nobody begins to serve the logs, and nobody does. */
async function takeOver(file: string, logs: Logs): Promise<void> {
  const begun: LogName[] = [];
  for (const log of LOGS) {
    if ((await logs[log].mark())?.restoring === undefined) begun.push(log);
    await logs[log].beginRestore(file);
  }
  for (const log of LOGS) {
    if (!(await logs[log].isFollowed())) continue;
    for (const each of begun) await logs[each].abandonRestore();
    throw new Failure(
      'an API server follows the state: stop all API servers first (compose: docker compose stop apiserver), and restore then. Nothing was changed.',
    );
  }
}
