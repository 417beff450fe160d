import type { StoreEntry } from '@kubernats/store';
import * as z from 'zod';
import { Failure } from '../failure.ts';

/**
 * A snapshot is a file of lines of JSON: a head, then each entry as a line that tells its key, behind which its object follows as it is stored, then an
 * end with a checksum of all before it. Of a key that was written while the snapshot was made there are several entries: the last one counts.
 */
export const SNAPSHOT_FORM = 1;

/** The cluster's logs, in the order in which they are in a snapshot. */
export const LOGS = ['state', 'events', 'leases'] as const;
export type LogName = (typeof LOGS)[number];

export const headSchema = z.object({
  kubernats: z.literal('snapshot'),
  form: z.number().int().positive(),
  /** The kubernats that made it. */
  version: z.string(),
  cluster: z.string(),
  /** When it was begun, RFC 3339. */
  taken: z.string(),
});
export type SnapshotHead = z.infer<typeof headSchema>;

const MAX_OBJECT_BYTES = 16 * 1024 * 1024;

export const entrySchema = z.object({
  log: z.enum(LOGS),
  /** Group, resource, namespace and name. */
  key: z.tuple([z.string(), z.string().min(1), z.string(), z.string().min(1)]),
  revision: z.number().int().positive(),
  deleted: z.literal(true).optional(),
  /** How long the object is that follows, without the line's end behind it. */
  bytes: z.number().int().min(0).max(MAX_OBJECT_BYTES),
});
export type SnapshotEntry = z.infer<typeof entrySchema>;

const perLog = z.object({ state: z.number().int().min(0), events: z.number().int().min(0), leases: z.number().int().min(0) });

export const endSchema = z.object({
  end: z.literal(true),
  /** What each log's part is the state of. */
  revisions: perLog,
  objects: perLog,
  /** The cluster IP of the Service `kubernetes`, which tells the cluster's ranges of addresses; '' when there is no such Service. */
  serviceIp: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SnapshotEnd = z.infer<typeof endSchema>;

/** Tells entries of one key, in all logs. */
export const entryId = ({ log, key }: Pick<SnapshotEntry, 'log' | 'key'>): string => `${log}/${key.join('/')}`;

export const keyOfEntry = ({ key: [group, resource, namespace, name] }: SnapshotEntry): StoreEntry['key'] => ({
  group,
  resource,
  namespace,
  name,
});

/** What the file is not, and that it was left alone. */
export const notASnapshot = (file: string, why: string): Failure =>
  new Failure(`${file} is no snapshot that can be used: ${why}. Nothing was changed.`);
