import { assert, constantFrom, integer, property, subarray, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Component, FAULT_KINDS } from './faults.ts';
import { FAULTS_AT_ONCE, LASTS_MS, type PlanOptions, plan } from './plan.ts';
import { DEPLOYMENTS } from './workload/plan.ts';

const COMPONENTS: Component[] = [
  { name: 'apiserver', faults: ['kill', 'stop', 'pause', 'cut', 'stall'] },
  { name: 'nats-server', faults: ['kill', 'stop', 'pause'] },
  { name: 'node1', faults: ['power-off'] },
  { name: 'node2', faults: ['power-off'] },
];
const options = (seed: number): PlanOptions => ({ seed, durationMs: 120_000, components: COMPONENTS, kinds: FAULT_KINDS });
const seeds = integer({ min: 0, max: 2 ** 31 });
const holds = (seed: number, minutes: number, kinds: PlanOptions['kinds']) =>
  plan({ ...options(seed), durationMs: minutes * 60_000, kinds });
const anyPlan = [seeds, integer({ min: 1, max: 10 }), subarray([...FAULT_KINDS])] as const;

describe('plan', () => {
  test('the same seed gives the same plan, and another seed another one', () => {
    expect(plan(options(7))).toEqual(plan(options(7)));
    expect(plan(options(7))).not.toEqual(plan(options(8)));
  });

  test('two minutes hold faults of several kinds, and all that users do', () => {
    const { faults, steps } = plan(options(1));
    expect(new Set(faults.map(({ kind }) => kind)).size).toBeGreaterThan(2);
    expect(new Set(steps.map(({ activity }) => activity))).toEqual(
      new Set(['config-maps', 'deployments', 'keepers', 'services', 'stateful-sets']),
    );
  });

  test('each fault is one that its component may suffer and that was asked for, as long as its kind lasts', () => {
    assert(
      property(...anyPlan, (seed, minutes, kinds) => {
        for (const { kind, component, forMs } of holds(seed, minutes, kinds).faults) {
          expect(COMPONENTS.find(({ name }) => name === component)?.faults).toContain(kind);
          expect(kinds).toContain(kind);
          expect(forMs).toBeLessThanOrEqual(LASTS_MS[kind].most);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('each fault is healed before the end; never too many at once, never two of one component or of two nodes', () => {
    assert(
      property(...anyPlan, (seed, minutes, kinds) => {
        const { faults } = holds(seed, minutes, kinds);
        for (const fault of faults) {
          expect(fault.atMs + fault.forMs).toBeLessThan(minutes * 60_000);
          const others = faults.filter(({ id, atMs, forMs }) => id < fault.id && atMs + forMs > fault.atMs);
          expect(others.length).toBeLessThan(FAULTS_AT_ONCE);
          expect(others.map(({ component }) => component)).not.toContain(fault.component);
          if (fault.kind === 'power-off') expect(others.map(({ kind }) => kind)).not.toContain('power-off');
        }
      }),
      { numRuns: 30 },
    );
  });

  test('fewer kinds of faults leave the workload as it is', () => {
    assert(
      property(seeds, subarray([...FAULT_KINDS]), (seed, kinds) => {
        expect(holds(seed, 1, kinds).steps).toEqual(holds(seed, 1, FAULT_KINDS).steps);
      }),
      { numRuns: 20 },
    );
  });

  test('what is updated or deleted was created before, and nothing is deleted twice', () => {
    assert(
      property(seeds, constantFrom('config-maps' as const, 'services' as const), (seed, activity) => {
        const there = new Set<string>();
        for (const step of holds(seed, 5, []).steps) {
          if (step.activity !== activity) continue;
          if (step.verb === 'create') expect(there.has(step.name)).toBe(false);
          else expect(there.has(step.name)).toBe(true);
          if (step.verb === 'delete') there.delete(step.name);
          else there.add(step.name);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('the Deployment behind the Service that is called always has replicas', () => {
    assert(
      property(seeds, uniqueArray(integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 1 }), (seed, [minutes = 1]) => {
        for (const step of holds(seed, minutes, []).steps)
          if (step.activity === 'deployments' && step.verb === 'scale' && step.name === 'front')
            expect(step.replicas).toBeGreaterThanOrEqual(DEPLOYMENTS.front);
      }),
      { numRuns: 20 },
    );
  });
});
