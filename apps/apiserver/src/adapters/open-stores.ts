import { readFile } from 'node:fs/promises';
import type { StreamName } from '@kubernats/api';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import type { Clock, Ids } from '@kubernats/clock';
import { VERSION } from '@kubernats/runtime/version';
import { openJetStreamStore, type Store } from '@kubernats/store';

export interface StoresConfig {
  cluster: string;
  natsUrl: string;
  natsCreds?: string;
}

/** The cluster's three logs, each on a connection of its own: a flood of Events does not hold up what matters. */
export async function openStores(
  config: StoresConfig,
  { clock, ids }: { clock: Clock; ids: Ids },
): Promise<Record<StreamName, Store> & AsyncDisposable> {
  const creds = config.natsCreds === undefined ? undefined : await readFile(config.natsCreds);
  const open = (name: StreamName): Promise<Store> =>
    openJetStreamStore({
      url: config.natsUrl,
      creds,
      cluster: config.cluster,
      identity: API_SERVER_IDENTITY,
      name,
      clock,
      ids,
      version: VERSION,
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
