import type { NodeInfo } from '../snapshot/node-info.ts';
import type { Nominated, Refusal } from './plugin.ts';
import type { Reservations } from './reservations.ts';

/** What was decided for a Pod. */
export type Decision =
  /** `reserve` sets aside what the Pod needs there; throws `PluginError`. */
  { fits: true; node: NodeInfo; reserve(): Reservations } | Unfit;

export interface Unfit {
  fits: false;
  /** Kube-scheduler's. */
  message: string;
  /** Those of each node. */
  refusals: ReadonlyMap<string, Refusal>;
  /** The names of the plug-ins that refused, and of those that may refuse a node once these no longer do; empty when there are no nodes. */
  refusedBy: ReadonlySet<string>;
  /** Where there will be room once the victims are gone; `none`: nowhere, and what was nominated before is given up. */
  nominated?: Nominated | 'none';
}
