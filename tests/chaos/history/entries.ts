import type { Fault } from '../faults.ts';
import type { Action } from '../workload/steps.ts';
import type { Inventory } from './inventory.ts';
import type { Observed, ObservedKind } from './observed.ts';

/** All that is noted of a run, in the order in which it became known. Times are milliseconds since the start. */
export type Entry = { atMs: number } & Event;

export type Event =
  | { what: 'fault-begun'; fault: Fault }
  /** Its component works again, as far as can be seen from outside. */
  | { what: 'fault-healed'; fault: Fault }
  /** In all its time it could not be done, or not be undone. */
  | { what: 'fault-failed'; fault: Fault; why: string }
  | { what: 'step'; action: Action }
  | Write
  | WatchEvent
  /** A watch could not go on where it was, so all was listed. */
  | { what: 'watch-listed'; kind: ObservedKind; revision: number; objects: readonly Observed[] }
  | Call
  | PodCall
  /** No fault lasts any more, and nothing more is asked for. */
  | { what: 'peace' }
  /** All objects at the end, listed once more. */
  | { what: 'state'; objects: readonly Observed[] }
  | { what: 'inventory'; inventory: Inventory }
  /** What there was of the cluster after its end. */
  | { what: 'left'; things: readonly string[] };

/** A request that changes something, and what came of it. */
export interface Write {
  what: 'write';
  kind: ObservedKind;
  verb: 'create' | 'update' | 'delete';
  name: string;
  value: number;
  /** `unknown`: no answer came, so that it may have been done, or may be done yet. */
  outcome: 'acknowledged' | 'refused' | 'unknown';
  /** Of what was stored, where that was told. */
  revision?: number;
  why?: string;
}

export interface WatchEvent {
  what: 'watch-event';
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: Observed;
}

/** A connection to a Service, and who answered. */
export interface Call {
  what: 'call';
  service: string;
  /** `cluster IP`, `node port of node1`, `DNS`. */
  way: string;
  /** The component that takes it to an endpoint. */
  carrier: string;
  /** When it began; the entry's own time is when it ended. */
  fromMs: number;
  pod?: string;
  error?: string;
}

/** The same to an endpoint itself. */
export interface PodCall {
  what: 'pod-call';
  ip: string;
  fromMs: number;
  pod?: string;
  error?: string;
}

export const entriesOf = <What extends Event['what']>(history: readonly Entry[], what: What) =>
  history.filter((entry): entry is Extract<Entry, { what: What }> => entry.what === what);
