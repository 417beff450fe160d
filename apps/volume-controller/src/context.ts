import type { Client, EventRecorder, InformerSet, Log } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import type { Metrics } from '@kubernats/controller';

/** What every loop of this app gets. */
export interface VolumeControllerContext {
  client: Client;
  /** Shared: one informer a kind, however many loops follow it. */
  informers: InformerSet;
  /** The recorder whose events say `component` under From. */
  recorder(component: string): EventRecorder;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
}
