import { randomInt, randomUUID } from 'node:crypto';
import { suffixOf } from './alphabet.ts';
import type { Ids, Random } from './ports.ts';

export const realRandom: Random = {
  next: () => Math.random(),
  int: (bound) => Math.floor(Math.random() * bound),
};

export const realIds: Ids = {
  uid: () => randomUUID(),
  suffix: (length) => suffixOf(length, (bound) => randomInt(bound)),
};
