import { type Random, seededRandom } from '@kubernats/clock';
import type { Component, Fault, FaultKind } from './faults.ts';
import { between, type Range } from './random.ts';
import { planWorkload } from './workload/plan.ts';
import type { WorkloadStep } from './workload/steps.ts';

export interface PlanOptions {
  seed: number;
  durationMs: number;
  components: readonly Component[];
  /** Kinds of faults to choose from; all others are left out. */
  kinds: readonly FaultKind[];
}

/** What is done to a cluster, and by whom it is used meanwhile. The same options give the same plan. */
export interface Plan {
  /** By time. */
  faults: readonly Fault[];
  /** By time. */
  steps: readonly WorkloadStep[];
}

/** Two at a time: one that hides another is what single faults never show. */
export const FAULTS_AT_ONCE = 2;

/** From one fault to the next: some overlap, and between others the cluster is left in peace. */
const BETWEEN_MS = { least: 1500, most: 9000 };

/** How long each kind lasts, in milliseconds. */
export const LASTS_MS: Readonly<Record<FaultKind, Range>> = {
  kill: { least: 0, most: 0 },
  stop: { least: 0, most: 0 },
  pause: { least: 500, most: 8000 },
  cut: { least: 500, most: 15_000 },
  stall: { least: 500, most: 15_000 },
  'power-off': { least: 2000, most: 50_000 },
};

/** Nothing begins in the last part: what is there is seen through to its end. */
const LAST_SHARE = 0.1;

export function plan({ seed, durationMs, components, kinds }: PlanOptions): Plan {
  // Each has a sequence of its own: fewer kinds of faults leave the workload as it is.
  return { faults: planFaults(seededRandom(seed), durationMs, components, kinds), steps: planWorkload(seededRandom(~seed), durationMs) };
}

function planFaults(random: Random, durationMs: number, components: readonly Component[], kinds: readonly FaultKind[]): Fault[] {
  const possible = components.map(({ name, faults }) => ({ name, faults: faults.filter((kind) => kinds.includes(kind)) }));
  const faults: Fault[] = [];
  const lastMs = durationMs * (1 - LAST_SHARE);
  for (let atMs = between(random, BETWEEN_MS); atMs < lastMs; atMs += between(random, BETWEEN_MS)) {
    const lasting = faults.filter((fault) => fault.atMs + fault.forMs > atMs);
    if (lasting.length >= FAULTS_AT_ONCE) continue;
    const fault = choose(random, possible, lasting);
    if (fault === undefined) continue;
    const forMs = Math.min(between(random, LASTS_MS[fault.kind]), Math.round(lastMs - atMs));
    faults.push({ id: faults.length + 1, ...fault, atMs, forMs });
  }
  return faults;
}

/** One component at a time suffers one fault, and one node at a time is without power. */
function choose(
  random: Random,
  components: readonly Component[],
  lasting: readonly Fault[],
): Pick<Fault, 'kind' | 'component'> | undefined {
  const nodeIsOff = lasting.some(({ kind }) => kind === 'power-off');
  const free = components
    .filter(({ name }) => lasting.every(({ component }) => component !== name))
    .map(({ name, faults }) => ({ name, faults: faults.filter((kind) => !(nodeIsOff && kind === 'power-off')) }))
    .filter(({ faults }) => faults.length > 0);
  const component = free[random.int(free.length)];
  const kind = component?.faults[random.int(component.faults.length)];
  return component && kind && { kind, component: component.name };
}
