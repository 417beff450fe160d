import type { Job, JobSpec, Pod } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, isFinished, type JobPlan } from './decide.ts';
import { TRACKING_FINALIZER } from './names.ts';
import { podOfJob } from './pod-of-job.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] } };
const jobOf = (spec: Partial<JobSpec>): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'pi', namespace: 'default', uid: 'me' },
  spec: { parallelism: 1, backoffLimit: 6, podReplacementPolicy: 'TerminatingOrFailed', template, ...spec },
  status: {},
});

/** A cluster as small as it can be: what `apply` does with plans, a step at a time. */
class World {
  readonly job: Job;
  pods: Pod[] = [];
  nowMs = START;
  succeeded = 0;
  ends = 0;
  mostActive = 0;
  #names = 0;

  constructor(spec: Partial<JobSpec>) {
    this.job = jobOf(spec);
  }

  /** `steps`: how much of the plan is carried out before the process dies. */
  reconcile(steps = 4): void {
    if (isFinished(this.job)) return;
    const plan = decide({ job: this.job, pods: this.pods, nowMs: this.nowMs });
    const parts = [() => this.#remove(plan), () => this.#create(plan), () => this.#write(plan), () => this.#release(plan)];
    for (const part of parts.slice(0, steps)) part();
    this.mostActive = Math.max(this.mostActive, this.#running().length);
  }

  end(choice: number, exitCode: number): void {
    const running = this.#running();
    const pod = running[choice % running.length];
    if (!pod) return;
    if (exitCode === 0) this.succeeded++;
    const terminated = { exitCode, finishedAt: rfc3339(this.nowMs) };
    const main = { name: 'main', ready: false, restartCount: 0, image: '', imageID: '', state: { terminated } };
    this.#replace(pod, { ...pod, status: { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses: [main] } });
  }

  #running = (): Pod[] => this.pods.filter(({ status }) => status?.phase === 'Running');
  #replace(pod: Pod, next: Pod): void {
    this.pods = this.pods.map((each) => (each === pod ? next : each));
  }
  #remove({ remove }: JobPlan): void {
    // A Pod of a removed finalizer is gone at once, and one that is to be counted ends.
    for (const pod of remove) this.#replace(pod, { ...pod, status: { phase: 'Failed' } });
  }
  #create({ create }: JobPlan): void {
    for (const wanted of create) {
      const pod = podOfJob(this.job, wanted);
      const name = `pod${this.#names++}`;
      this.pods.push({
        ...pod,
        metadata: { ...pod.metadata, name, uid: name, creationTimestamp: rfc3339(this.nowMs) },
        status: { phase: 'Running' },
      });
    }
  }
  #write({ status }: JobPlan): void {
    if (status.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed')) this.ends++;
    this.job.status = status;
  }
  #release({ release }: JobPlan): void {
    for (const { metadata } of release) {
      const pod = this.pods.find((each) => each.metadata?.uid === metadata?.uid);
      if (pod)
        this.#replace(pod, {
          ...pod,
          metadata: { ...pod.metadata, finalizers: pod.metadata?.finalizers?.filter((each) => each !== TRACKING_FINALIZER) },
        });
    }
  }
}

const action = fc.oneof(
  fc.record({ do: fc.constant('end' as const), choice: fc.nat(9), exitCode: fc.constantFrom(0, 0, 0, 1) }),
  fc.record({ do: fc.constant('look' as const), steps: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 700 }) }),
);
const shape = fc.record({
  completions: fc.integer({ min: 1, max: 6 }),
  parallelism: fc.integer({ min: 1, max: 4 }),
  completionMode: fc.constantFrom('NonIndexed', 'Indexed'),
});

test('P8: whatever Pods do and wherever the process dies, a Job counts each Pod once, runs no more than it may, and ends once', () => {
  fc.assert(
    fc.property(shape, fc.array(action, { maxLength: 60 }), (spec, actions) => {
      const world = new World(spec);
      const step = (each: (typeof actions)[number]): void => {
        if (each.do === 'end') world.end(each.choice, each.exitCode);
        else if (each.do === 'look') world.reconcile(each.steps);
        else world.nowMs += each.seconds * 1000;
        expect(world.job.status?.succeeded ?? 0).toBeLessThanOrEqual(Math.min(world.succeeded, spec.completions));
      };
      actions.forEach(step);
      for (let round = 0; round < 60 && !isFinished(world.job); round++) {
        world.end(0, 0);
        world.reconcile();
        world.reconcile();
        world.nowMs += 600_000;
      }
      expect(isFinished(world.job)).toBe(true);
      expect(world.ends).toBe(1);
      expect(world.mostActive).toBeLessThanOrEqual(spec.parallelism);
      const complete = world.job.status?.conditions?.some(({ type }) => type === 'Complete');
      if (complete) expect(world.job.status?.succeeded).toBe(spec.completions);
      expect(world.job.status?.uncountedTerminatedPods).toEqual({});
    }),
  );
});

describe('a failure policy', () => {
  const failed = (exitCode: number, conditions: object[] = []): Pod => ({
    ...podOfJob(jobOf({}), {}),
    metadata: { name: 'pi-1', namespace: 'default', uid: 'p', finalizers: [TRACKING_FINALIZER] },
    status: {
      phase: 'Failed',
      conditions: conditions as never,
      containerStatuses: [{ name: 'main', ready: false, restartCount: 0, image: '', imageID: '', state: { terminated: { exitCode } } }],
    },
  });
  const rules = [
    { action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  ];
  const decided = (pod: Pod) => decide({ job: jobOf({ completions: 1, podFailurePolicy: { rules } }), pods: [pod], nowMs: START });

  test('fails the Job', () => {
    expect(decided(failed(42)).status.conditions).toMatchObject([
      {
        type: 'FailureTarget',
        reason: 'PodFailurePolicy',
        message: 'Container main for pod default/pi-1 failed with exit code 42 matching FailJob rule at index 0',
      },
    ]);
  });

  test('ignores a disruption', () => {
    const { status } = decided(failed(143, [{ type: 'DisruptionTarget', status: 'True' }]));
    expect(status.uncountedTerminatedPods).toEqual({});
  });

  test('counts what no rule is about', () => {
    expect(decided(failed(1)).status.uncountedTerminatedPods).toEqual({ failed: ['p'] });
  });
});
