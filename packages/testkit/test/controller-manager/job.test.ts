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
