import { suffixOf } from './alphabet.ts';
import type { Ids, Random } from './ports.ts';

/** A generator whose whole sequence follows from its seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { next, int: (bound) => Math.floor(next() * bound) };
}

/** Ids drawn from `random`: the same seed gives the same names. */
export function seededIds(random: Random): Ids {
  const hex = (digits: number): string => {
    let out = '';
    for (let i = 0; i < digits; i++) out += random.int(16).toString(16);
    return out;
  };
  return {
    uid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[random.int(4)]}${hex(3)}-${hex(12)}`,
    suffix: (length) => suffixOf(length, (bound) => random.int(bound)),
  };
}
