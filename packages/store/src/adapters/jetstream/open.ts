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
}

/** Opens one of the cluster's logs on a NATS server with JetStream, making it at the first time. Waits for a server that is starting. */
export async function openJetStreamStore(options: JetStreamStoreOptions): Promise<Store> {
  const { clock, ids, cluster, name } = options;
  const connection = await connectToNats(options);
  const deps = { connection, clock, ids };
  const stream = `kn-${escapeToken(cluster)}-${name}`;
  await ensureStream(deps, {
    stream,
    subjects: [`kn.${escapeToken(cluster)}.${name}.>`],
    ...(options.replicas === undefined ? {} : { replicas: options.replicas }),
    storage: options.storage ?? 'file',
  });
  return new JetStreamStore(deps, { cluster, name, stream, inboxPrefix: inboxPrefix(cluster, options.identity) });
}
