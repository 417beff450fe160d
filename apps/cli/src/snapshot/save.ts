import { VERSION } from '@kubernats/runtime/version';
import { Failure } from '../failure.ts';
import { LOGS, type LogName, SNAPSHOT_FORM, type SnapshotEnd } from './format.ts';
import type { Logs } from './logs.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

/**
 * Writes all that a cluster's logs hold to a file: each log as it is at one revision, which is the latest at the end of its part. Holds one object at a
 * time, and of all others the key.
 */
export async function saveSnapshot(
  file: string,
  logs: Logs,
  of: { cluster: string; nowMs: number; force?: boolean | undefined },
): Promise<SnapshotEnd> {
  const head = {
    kubernats: 'snapshot',
    form: SNAPSHOT_FORM,
    version: VERSION,
    cluster: of.cluster,
    taken: new Date(of.nowMs).toISOString(),
  } as const;
  await requireWhole(logs, of.cluster);
  using writer = new SnapshotWriter(file, head, { force: of.force ?? false });
  const revisions: Record<LogName, number> = { state: 0, events: 0, leases: 0 };
  for (const log of LOGS) revisions[log] = await logs[log].copy((entry) => writer.add(log, entry));
  return writer.finish(revisions);
}

/** Nobody wants a snapshot of half a state. */
async function requireWhole(logs: Logs, cluster: string): Promise<void> {
  for (const log of LOGS) {
    const mark = await logs[log].mark();
    if (!mark) throw new Failure(`cluster ${cluster} has no state yet: it was never up`);
    if (mark.restoring !== undefined) throw new Failure(`cluster ${cluster} is half restored, from ${mark.restoring}: restore it first`);
  }
}
