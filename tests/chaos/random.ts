import type { Random } from '@kubernats/clock';

export interface Range {
  least: number;
  most: number;
}

/** A whole number of both bounds and between. */
export const between = (random: Random, { least, most }: Range): number => least + random.int(most - least + 1);

export const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)] as T;
