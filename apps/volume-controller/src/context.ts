import type { Client, EventRecorder, InformerSet, Log } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import type { Metrics } from '@kubernats/controller';
import type { Backends, ControllerSide } from '@kubernats/volumes';

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
  backends: Backends;
  /** What a back end of this name has. */
  sideOf(backend: string): ControllerSide;
  /** Volumes are never taken from a silent node that may have them mounted, however long it is silent. */
  disableForceDetachOnTimeout: boolean;
}
