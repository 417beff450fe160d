import type { StreamName } from '@kubernats/api';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import type { Clock, Ids } from '@kubernats/clock';
import { type NatsConfig, natsServerOf } from '@kubernats/runtime';
import { VERSION } from '@kubernats/runtime/version';
import { openJetStreamStore, type Store } from '@kubernats/store';

export interface StoresConfig extends NatsConfig {
  cluster: string;
  /** On how many servers of a NATS cluster each log is kept; absent: as it is. */
  storeReplicas?: number;
}

/** The cluster's three logs, each on a connection of its own: a flood of Events does not hold up what matters. */
export async function openStores(
  config: StoresConfig,
  { clock, ids }: { clock: Clock; ids: Ids },
): Promise<Record<StreamName, Store> & AsyncDisposable> {
  const server = await natsServerOf(config);
  const open = (name: StreamName): Promise<Store> =>
    openJetStreamStore({
      ...{ ...server, cluster: config.cluster, identity: API_SERVER_IDENTITY, name, clock, ids, version: VERSION },
      ...(config.storeReplicas === undefined ? {} : { replicas: config.storeReplicas }),
    });
  const [state, events, leases] = await Promise.all([open('state'), open('events'), open('leases')]);
  return {
    state,
    events,
    leases,
    async [Symbol.asyncDispose]() {
      await Promise.all([state, events, leases].map((store) => store[Symbol.asyncDispose]()));
    },
  };
}
