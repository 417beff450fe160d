export { aborted } from './aborted.ts';
export type { Clock, Ids, Random, Timer } from './ports.ts';
export { realClock } from './real.ts';
export { realIds, realRandom } from './real-random.ts';
export { seededIds, seededRandom } from './seeded.ts';
export { settledWithin } from './settled-within.ts';
export { SteppedClock } from './stepped.ts';
export { rfc3339, rfc3339Micro } from './time.ts';
export { Turns } from './turns.ts';
