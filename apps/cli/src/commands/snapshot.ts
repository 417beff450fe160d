import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { addressPlan } from '@kubernats/net';
import { Failure } from '../failure.ts';
import { LOGS, type LogName, type SnapshotEnd } from '../snapshot/format.ts';
import { type NatsAccess, requireCluster, withLogs, withServerOf } from '../snapshot/logs.ts';
import { restoreSnapshot } from '../snapshot/restore.ts';
import { saveSnapshot } from '../snapshot/save.ts';
import { inspectSnapshot, type SnapshotSummary } from '../snapshot/snapshot-reader.ts';
import { clusterPaths } from '../state/paths.ts';
import { readSettings } from '../state/settings.ts';
import { SLOTS } from '../state/slot.ts';
import { runningCluster } from '../state/supervisor-file.ts';
import { IDENTITIES } from '../supervisor/components.ts';
import { table } from './table.ts';

export interface SnapshotOptions {
  name: string;
  /** A cluster whose components run apart is reached by its NATS server. */
  natsUrl?: string;
  natsCreds?: string;
}

/** Copies all that a cluster knows, as it is at one revision, into a file; whether it is up or down. */
export async function snapshotSave(file: string, options: SnapshotOptions & { force?: boolean }): Promise<void> {
  const { name, force } = options;
  const save = (access: NatsAccess): Promise<SnapshotEnd> =>
    withLogs(name, access, (logs) => saveSnapshot(resolve(file), logs, { cluster: name, nowMs: Date.now(), force }));
  const end = await reach(options, save);
  process.stdout.write(
    `snapshot saved to ${file}: ${total(end)} objects at revision ${end.revisions.state}\n` +
      "It holds the cluster's Secrets, and nothing of what its volumes hold (docs/operations.md).\n",
  );
}

/** Prints what a snapshot says of itself, when it is whole and undamaged. */
export async function snapshotStatus(file: string, { output }: { output: 'table' | 'json' }): Promise<void> {
  const { head, end, sizeBytes } = await inspectSnapshot(resolve(file));
  const status = {
    hash: end.sha256,
    revision: end.revisions.state,
    objects: total(end),
    sizeBytes,
    taken: head.taken,
    cluster: head.cluster,
    version: head.version,
  };
  const cells = [end.sha256.slice(0, 12), String(status.revision), String(status.objects), bytesText(sizeBytes)];
  const rows = [
    ['HASH', 'REVISION', 'OBJECTS', 'SIZE', 'TAKEN', 'CLUSTER', 'VERSION'],
    [...cells, head.taken, head.cluster, head.version],
  ];
  process.stdout.write(`${output === 'json' ? JSON.stringify(status) : table(rows)}\n`);
}

/** Puts a cluster that is down, or a new one, back to what a snapshot holds. */
export async function snapshotRestore(file: string, options: SnapshotOptions): Promise<void> {
  const { name, natsUrl } = options;
  const summary = await inspectSnapshot(resolve(file));
  const restore = (access: NatsAccess): Promise<Record<LogName, number>> =>
    withLogs(name, access, (logs) => restoreSnapshot(resolve(file), summary, logs));
  let revisions: Record<LogName, number>;
  if (natsUrl === undefined) {
    const paths = clusterPaths(name);
    const isShared = readSettings(paths).address !== undefined;
    const slot = slotOf(file, summary, isShared);
    if (isShared && slot !== undefined) throw new Failure(elsewhere(file, summary));
    if (runningCluster(paths)) {
      throw new Failure(`cluster ${name} is up. Stop it first: ./kubernats down${name === 'default' ? '' : ` --name ${name}`}`);
    }
    revisions = await withServerOf(paths, async (access) => {
      const restored = await restore(access);
      // The state is full of the addresses of its slot.
      if (slot !== undefined) writeFileSync(paths.slotFile, `${slot}\n`);
      return restored;
    });
  } else {
    if (slotOf(file, summary, true) !== undefined) throw new Failure(elsewhere(file, summary));
    revisions = await reach(options, restore);
  }
  process.stdout.write(
    `cluster ${name} holds the ${total(summary.end)} objects of ${file} (cluster ${summary.head.cluster}, ${summary.head.taken}); ` +
      `its revisions go on from ${revisions.state}\n`,
  );
}

/** Reaches the logs where they are: behind a NATS server that was named, of a cluster that is up, or of one that is down. */
function reach<T>(options: SnapshotOptions, use: (access: NatsAccess) => Promise<T>): Promise<T> {
  const { name, natsUrl, natsCreds } = options;
  if (natsUrl !== undefined) return use({ url: natsUrl, creds: natsCreds });
  const paths = clusterPaths(name);
  requireCluster(paths);
  const running = runningCluster(paths);
  if (!running) return withServerOf(paths, use);
  const ca = running.address === undefined ? {} : { ca: join(paths.pki, 'ca.crt') };
  return use({ url: running.natsUrl, creds: paths.creds(IDENTITIES.apiserver), ...ca });
}

/** The slot whose addresses a snapshot is full of; undefined when it tells of none. Throws for one of a cluster that runs apart, unless `mayBeApart`. */
function slotOf(file: string, summary: SnapshotSummary, mayBeApart = false): number | undefined {
  const { serviceIp } = summary.end;
  for (let slot = 0; slot < SLOTS; slot++) if (addressPlan('loopback', slot).kubernetesServiceIp === serviceIp) return slot;
  if (serviceIp !== '' && !mayBeApart) throw new Failure(elsewhere(file, summary));
  return undefined;
}

const elsewhere = (file: string, { end, head }: SnapshotSummary): string =>
  `${file} is of a cluster (${head.cluster}) whose Services live elsewhere: kubernetes is at ${end.serviceIp}. What ./kubernats up and what docker compose up ` +
  'run have different addresses, and a snapshot of one is of no use to the other. Nothing was changed.';

const total = ({ objects }: SnapshotEnd): number => LOGS.reduce((sum, log) => sum + objects[log], 0);

function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
