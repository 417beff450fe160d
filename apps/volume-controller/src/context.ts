import type { Client, EventRecorder, InformerSet, Log } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import type { Metrics } from '@kubernats/controller';
import type { Backends } from '@kubernats/volumes';
import type { Storage } from './storage/storage.ts';

/** What every loop of this app gets. */
export interface VolumeControllerContext {
  client: Client;
  /** Shared: one informer a kind, however many loops follow it. */
  informers: InformerSet;
  /** The recorder whose events say `component` under From. */
  recorder(component: string): EventRecorder;
  /** Who makes volumes, and where. */
  storage: Storage;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
  backends: Backends;
  /** Volumes are never taken from a silent node that may have them mounted, however long it is silent. */
  disableForceDetachOnTimeout: boolean;
}
