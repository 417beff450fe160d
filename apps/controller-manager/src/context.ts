import type { Client, EventRecorder, InformerSet, Log } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import type { ClockSteps, Metrics } from '@kubernats/controller';
import type { CollectedKinds } from './collected-kinds.ts';
import type { ControllerManagerConfig } from './config.ts';

/** What every controller of this app gets. */
export interface ControllerContext {
  client: Client;
  /** Shared: one informer a kind, however many controllers follow it. */
  informers: InformerSet;
  /** The recorder whose events say `component` under From. */
  recorder(component: string): EventRecorder;
  clock: Clock;
  /** Looks at what waits for a time when the wall clock steps. */
  clockSteps: ClockSteps;
  random: Random;
  log: Log;
  metrics: Metrics;
  config: ControllerManagerConfig;
  /** Whose objects are collected. They come and go. */
  kinds: CollectedKinds;
}

/** What the part of a controller that talks gets. */
export interface ActContext extends ControllerContext {
  events: EventRecorder;
}

/** Something that works until the signal aborts. A `Controller` is one. */
export interface Loop {
  run(signal: AbortSignal): Promise<void>;
}

/** One row of the app's array of controllers. */
export interface ControllerRow {
  name: string;
  create(context: ControllerContext): Loop;
}
