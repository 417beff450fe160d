import type { Plugin } from './plugin.ts';

/** What a scheduler of one name goes by: its plug-ins, in the order in which they are asked. */
export interface Profile {
  readonly schedulerName: string;
  readonly preEnqueue: readonly Plugin[];
  /** Of a refused node only the first refusal is told. */
  readonly filter: readonly Plugin[];
  /** Asked in turn when no node will do. */
  readonly postFilter: readonly Plugin[];
  readonly score: readonly WeightedPlugin[];
  readonly reserve: readonly Plugin[];
}

export interface WeightedPlugin {
  readonly plugin: Plugin;
  /** A score counts so many times. */
  readonly weight: number;
}
