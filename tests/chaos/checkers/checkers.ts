import { acknowledgedWrites } from './acknowledged-writes.ts';
import type { Checker } from './checker.ts';
import { converged } from './converged.ts';
import { faultsDone } from './faults-done.ts';
import { heldOnce } from './held-once.ts';
import { keptContent } from './kept-content.ts';
import { orphans } from './orphans.ts';
import { servicesAnswered } from './services-answered.ts';
import { watchHistories } from './watch-histories.ts';

export const CHECKERS: readonly Checker[] = [
  faultsDone,
  acknowledgedWrites,
  converged,
  heldOnce,
  keptContent,
  orphans,
  watchHistories,
  servicesAnswered,
];
