import type { Plugin } from './plugin.ts';

/** What a scheduler of one name goes by: its plug-ins, in the order in which they are asked. */
export interface Profile {
  readonly schedulerName: string;
  /** Says which Pod is tried first. */
  readonly queueSort: Plugin;
  readonly preEnqueue: readonly Plugin[];
  /** Of a refused node only the first refusal is told. */
  readonly filter: readonly Plugin[];
  /** Asked in turn when no node will do. */
  readonly postFilter: readonly Plugin[];
  readonly score: readonly WeightedPlugin[];
  readonly reserve: readonly Plugin[];
  readonly permit: readonly Plugin[];
  readonly preBind: readonly Plugin[];
  /** Asked in turn until one binds the Pod. */
  readonly bind: readonly Plugin[];
  readonly postBind: readonly Plugin[];
  /** So many of the nodes that will do are compared, in per cent; undefined: all (P7). */
  readonly percentageOfNodesToScore?: number;
}

export interface WeightedPlugin {
  readonly plugin: Plugin;
  /** A score counts so many times. */
  readonly weight: number;
}
