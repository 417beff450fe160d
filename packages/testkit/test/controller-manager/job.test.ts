import { CoreEvents, type Job, type JobSpec, Jobs, type Pod, Pods } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { namesOf } from './objects.ts';

const FINALIZER = 'batch.kubernetes.io/job-tracking';

export function job(name: string, spec: Partial<JobSpec> = {}): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'default' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] } }, ...spec },
  };
}

const jobNow = (plane: ControlPlane, name: string): Promise<Job> => plane.client.kind(Jobs).get(name, 'default');
const indexOf = ({ metadata }: Pod): string => metadata?.annotations?.['batch.kubernetes.io/job-completion-index'] ?? '';
const isRunning = ({ status, metadata }: Pod): boolean =>
  status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && metadata?.deletionTimestamp === undefined;
const running = async (plane: ControlPlane): Promise<Pod[]> => (await plane.list(Pods)).filter(isRunning);

async function end(plane: ControlPlane, pod: Pod | undefined, exitCode: number): Promise<void> {
  const finishedAt = new Date(plane.clock.now()).toISOString();
  const status = {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    containerStatuses: [
      { name: 'main', ready: false, restartCount: 0, image: '', imageID: '', state: { terminated: { exitCode, finishedAt } } },
    ],
  };
  await plane.client.kind(Pods).patch(pod?.metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
  await plane.pass(1);
}

async function eventsOf(plane: ControlPlane, name: string): Promise<string[]> {
  const events = (await plane.list(CoreEvents)).filter(({ involvedObject }) => involvedObject.name === name);
  return events.map(({ type, reason, message }) => `${type} ${reason} ${message}`);
}

const conditions = ({ status }: Job): string[] =>
  (status?.conditions ?? []).map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`);

test('a Job runs its Pods, as many at a time as it may, until enough have succeeded', async () => {
  await using plane = await startControlPlane();
  await plane.client.kind(Jobs).create(job('pi', { completions: 3, parallelism: 2 }));
  await plane.pass(1);
  const [first, second] = await running(plane);
  expect(first?.metadata).toMatchObject({
    name: expect.stringMatching(/^pi-[bcdfghjklmnpqrstvwxz2456789]{5}$/),
    finalizers: [FINALIZER],
    labels: { 'batch.kubernetes.io/job-name': 'pi', 'job-name': 'pi' },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'pi', controller: true, blockOwnerDeletion: true }],
  });
  expect((await jobNow(plane, 'pi')).status).toEqual({
    active: 2,
    ready: 0,
    startTime: '2026-01-01T00:00:00Z',
    terminating: 0,
    uncountedTerminatedPods: {},
  });
  await end(plane, first, 0);
  await end(plane, second, 0);
  const [third, ...none] = await running(plane);
  expect(none).toEqual([]);
  await end(plane, third, 0);
  const now = await jobNow(plane, 'pi');
  expect(now.status).toMatchObject({
    ready: 0,
    succeeded: 3,
    terminating: 0,
    uncountedTerminatedPods: {},
    completionTime: expect.any(String),
  });
  expect(conditions(now)).toEqual([
    'SuccessCriteriaMet=True CompletionsReached: Reached expected number of succeeded pods',
    'Complete=True CompletionsReached: Reached expected number of succeeded pods',
  ]);
  for (const { metadata } of await plane.list(Pods)) expect(metadata?.finalizers).toBeUndefined();
  const created = namesOf(await plane.list(Pods)).map((name) => `Normal SuccessfulCreate Created pod: ${name}`);
  expect((await eventsOf(plane, 'pi')).sort()).toEqual(['Normal Completed Job completed', ...created].sort());
});

test('failed Pods are tried again after a while that doubles, until there are too many', async () => {
  await using plane = await startControlPlane();
  await plane.client.kind(Jobs).create(job('pi', { backoffLimit: 2 }));
  await plane.pass(1);
  await end(plane, (await running(plane))[0], 1);
  await plane.pass(8);
  expect(await running(plane)).toEqual([]);
  await plane.pass(2);
  await end(plane, (await running(plane))[0], 1);
  await plane.pass(18);
  expect(await running(plane)).toEqual([]);
  await plane.pass(2);
  await end(plane, (await running(plane))[0], 1);
  await plane.pass(1);
  const now = await jobNow(plane, 'pi');
  expect(now.status?.failed).toBe(3);
  expect(conditions(now)).toEqual([
    'FailureTarget=True BackoffLimitExceeded: Job has reached the specified backoff limit',
    'Failed=True BackoffLimitExceeded: Job has reached the specified backoff limit',
  ]);
  expect(await eventsOf(plane, 'pi')).toContain('Warning BackoffLimitExceeded Job has reached the specified backoff limit');
});

test('an Indexed Job gives each Pod its index, and each index its tries', async () => {
  await using plane = await startControlPlane();
  const indexed = { completionMode: 'Indexed', completions: 3, parallelism: 3, backoffLimitPerIndex: 1 };
  await plane.client.kind(Jobs).create(job('pi', indexed));
  await plane.pass(1);
  const pods = (await running(plane)).sort((a, b) => indexOf(a).localeCompare(indexOf(b)));
  expect(pods.map(indexOf)).toEqual(['0', '1', '2']);
  expect(pods[1]).toMatchObject({
    metadata: {
      labels: { 'batch.kubernetes.io/job-completion-index': '1' },
      annotations: { 'batch.kubernetes.io/job-index-failure-count': '0' },
    },
    spec: {
      hostname: 'pi-1',
      containers: [
        {
          env: [{ name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: expect.stringContaining('job-completion-index') } } }],
        },
      ],
    },
  });
  expect(pods[1]?.metadata?.name).toMatch(/^pi-1-.{5}$/);
  await end(plane, pods[0], 0);
  await end(plane, pods[2], 0);
  await end(plane, pods[1], 1);
  await plane.pass(12);
  const [again] = await running(plane);
  expect(again?.metadata?.annotations).toMatchObject({ 'batch.kubernetes.io/job-index-failure-count': '1' });
  await end(plane, again, 1);
  await plane.pass(1);
  const now = await jobNow(plane, 'pi');
  expect(now.status).toMatchObject({ succeeded: 2, failed: 2, completedIndexes: '0,2', failedIndexes: '1' });
  expect(conditions(now).at(-1)).toBe('Failed=True FailedIndexes: Job has failed indexes');
});

test('a success policy ends a Job before all indexes have succeeded, and what still runs does not count as failed', async () => {
  await using plane = await startControlPlane();
  const successPolicy = { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] };
  await plane.client.kind(Jobs).create(job('pi', { completionMode: 'Indexed', completions: 3, parallelism: 3, successPolicy }));
  await plane.pass(1);
  await end(
    plane,
    (await running(plane)).find((pod) => indexOf(pod) === '1'),
    0,
  );
  await plane.pass(2);
  const now = await jobNow(plane, 'pi');
  expect(now.status).toMatchObject({ succeeded: 1, completedIndexes: '1' });
  expect(now.status?.failed).toBeUndefined();
  expect(conditions(now).at(-1)).toBe('Complete=True SuccessPolicy: Matched rules at index 0');
});

test('a suspended Job has no Pods, and begins anew when it is resumed', async () => {
  await using plane = await startControlPlane();
  await plane.client.kind(Jobs).create(job('pi', { activeDeadlineSeconds: 10 }));
  await plane.pass(5);
  await plane.client.kind(Jobs).patch('pi', 'default', 'merge', { spec: { suspend: true } });
  await plane.pass(20);
  expect(await plane.list(Pods)).toEqual([]);
  const suspended = await jobNow(plane, 'pi');
  expect(conditions(suspended)).toEqual(['Suspended=True JobSuspended: Job suspended']);
  expect(suspended.status?.failed).toBeUndefined();
  await plane.client.kind(Jobs).patch('pi', 'default', 'merge', { spec: { suspend: false } });
  await plane.pass(5);
  const resumed = await jobNow(plane, 'pi');
  expect(conditions(resumed)).toEqual(['Suspended=False JobResumed: Job resumed']);
  expect(resumed.status).toMatchObject({ active: 1, startTime: expect.stringMatching(/^2026-01-01T00:00:2[5-7]Z$/) });
  expect((await eventsOf(plane, 'pi')).filter((text) => /Suspended|Resumed/.test(text))).toEqual([
    'Normal Suspended Job suspended',
    'Normal Resumed Job resumed',
  ]);
  await plane.pass(10);
  expect(conditions(await jobNow(plane, 'pi')).at(-1)).toBe('Failed=True DeadlineExceeded: Job was active longer than specified deadline');
});

test('P8: no Pod is created or counted twice when the controllers are replaced in the middle', async () => {
  await using plane = await startControlPlane();
  await plane.client.kind(Jobs).create(job('pi', { completions: 12, parallelism: 3 }));
  const most: number[] = [];
  for (let round = 0; round < 60 && conditions(await jobNow(plane, 'pi')).length < 2; round++) {
    await plane.pass(1);
    const now = await running(plane);
    most.push(now.length);
    const [first] = now;
    if (first) {
      const status = { phase: 'Succeeded' };
      await plane.client.kind(Pods).patch(first.metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
    }
    await plane.restart();
  }
  const now = await jobNow(plane, 'pi');
  expect(now.status).toMatchObject({ succeeded: 12, uncountedTerminatedPods: {} });
  expect(conditions(now).at(-1)).toBe('Complete=True CompletionsReached: Reached expected number of succeeded pods');
  expect(await plane.list(Pods)).toHaveLength(12);
  expect(Math.max(...most)).toBeLessThanOrEqual(3);
});

test('a Job whose time to live is over goes with its Pods', async () => {
  await using plane = await startControlPlane();
  await plane.client.kind(Jobs).create(job('pi', { ttlSecondsAfterFinished: 30 }));
  await plane.pass(1);
  await end(plane, (await running(plane))[0], 0);
  await plane.pass(25);
  expect(namesOf(await plane.list(Jobs))).toEqual(['pi']);
  await plane.pass(10);
  expect(await plane.list(Jobs)).toEqual([]);
  expect(await plane.list(Pods)).toEqual([]);
});

test('the Pods of a Job that is deleted do not wait for it', async () => {
  await using plane = await startControlPlane();
  await plane.client.kind(Jobs).create(job('pi', { parallelism: 2, completions: 2 }));
  await plane.pass(1);
  await plane.client.kind(Jobs).delete('pi', 'default', { propagationPolicy: 'Background' });
  await plane.pass(3);
  expect(await plane.list(Pods)).toEqual([]);
});
