import { connectToNats, escapeToken, inboxPrefix, type NatsConnectOptions } from '@kubernats/bus';
import type { Clock, Ids } from '@kubernats/clock';
import type { Store } from '../../port.ts';
import { JetStreamStore } from './jetstream-store.ts';
import { ensureStream } from './stream.ts';

export interface JetStreamStoreOptions extends NatsConnectOptions {
  clock: Clock;
  ids: Ids;
  /** Which of the cluster's logs: `state`, `events` or `leases`. */
  name: string;
  /** On how many servers of a NATS cluster the log is kept. Default: as it is, and on one when it is made. */
  replicas?: number;
  storage?: 'file' | 'memory';
  /** Of this kubernats: what an older one is told when it finds a form that it does not know. */
  version?: string;
}

/** A log's stream, and the subjects of its entries. */
export const streamOf = (cluster: string, name: string): { stream: string; subjects: string[] } => ({
  stream: `kn-${escapeToken(cluster)}-${name}`,
  subjects: [`kn.${escapeToken(cluster)}.${name}.>`],
});

/**
 * Opens one of the cluster's logs on a NATS server with JetStream, making it at the first time. Waits for a server that is starting. Throws
 * `StateRefused` when a newer kubernats wrote it, or it is half restored.
 */
export async function openJetStreamStore(options: JetStreamStoreOptions): Promise<Store> {
  const { clock, ids, cluster, name, version = 'unknown' } = options;
  const connection = await connectToNats(options);
  const deps = { connection, clock, ids };
  const { stream, subjects } = streamOf(cluster, name);
  const { replicas, storage = 'file' } = options;
  try {
    await ensureStream(deps, { stream, subjects, version, ...(replicas === undefined ? {} : { replicas }), storage });
  } catch (error) {
    await connection.close();
    throw error;
  }
  const reserveReplicas = storage === 'file' ? (replicas ?? 1) : undefined;
  return new JetStreamStore(deps, { cluster, name, stream, inboxPrefix: inboxPrefix(cluster, options.identity), version, reserveReplicas });
}
