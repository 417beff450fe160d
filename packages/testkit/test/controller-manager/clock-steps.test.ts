import { CronJobs, Deployments, Jobs, type Lease, Leases, Nodes, Pods } from '@kubernats/api';
import { rfc3339Micro } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { cronJob, cronJobNow, minutesOf, runPods } from './cron-jobs.ts';
import { deployment, namesOf } from './objects.ts';

const HOUR_MS = 3_600_000;
const start = (): Promise<ControlPlane> => startControlPlane({}, { direct: true });

/** So long that a step is noticed. */
const notice = (plane: ControlPlane): Promise<void> => plane.pass(31);

test('P8: a CronJob whose times the clock has jumped over starts once, for the last of them, soon after', async () => {
  await using plane = await start();
  await using _pods = runPods(plane, 5);
  await plane.client.kind(CronJobs).create(cronJob('hello', '0 * * * *'));
  await plane.pass(1);
  plane.clock.stepWall(10.5 * HOUR_MS);
  await notice(plane);
  expect(namesOf(await plane.list(Jobs))).toEqual([`hello-${minutesOf(Date.UTC(2026, 0, 1, 10))}`]);
  expect((await cronJobNow(plane, 'hello')).status?.lastScheduleTime).toBe('2026-01-01T10:00:00Z');
});

test('P8: a CronJob does not start again for times that the clock shows a second time', async () => {
  await using plane = await start();
  await using _pods = runPods(plane, 5);
  await plane.client.kind(CronJobs).create(cronJob('hello', '0 * * * *', { successfulJobsHistoryLimit: 10 }));
  for (let minute = 0; minute < 121; minute++) await plane.clock.advance(60_000);
  const before = namesOf(await plane.list(Jobs));
  expect(before).toHaveLength(2);
  plane.clock.stepWall(-1.5 * HOUR_MS);
  for (let minute = 0; minute < 89; minute++) await plane.clock.advance(60_000);
  expect(namesOf(await plane.list(Jobs))).toEqual(before);
  for (let minute = 0; minute < 61; minute++) await plane.clock.advance(60_000);
  expect(namesOf(await plane.list(Jobs))).toEqual([...before, `hello-${minutesOf(Date.UTC(2026, 0, 1, 3))}`]);
});

test('P8: what has a time to live, or a deadline, ends soon when the clock jumps past it', async () => {
  await using plane = await start();
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'a' }] } };
  const jobs = plane.client.kind(Jobs);
  await jobs.create({ metadata: { name: 'slow', namespace: 'default' }, spec: { template, activeDeadlineSeconds: 7_200 } });
  await jobs.create({
    metadata: { name: 'old', namespace: 'default' },
    spec: { template, parallelism: 0, completions: 0, ttlSecondsAfterFinished: 7_200 },
  });
  await plane.client.kind(Deployments).create(deployment('web', 1, { spec: { progressDeadlineSeconds: 600 } }));
  await plane.pass(2);
  const progressing = async () =>
    (await plane.client.kind(Deployments).get('web', 'default')).status?.conditions?.find(({ type }) => type === 'Progressing');
  expect(namesOf(await plane.list(Jobs))).toEqual(['old', 'slow']);
  plane.clock.stepWall(3 * HOUR_MS);
  await notice(plane);
  const [slow, ...others] = await plane.list(Jobs);
  expect([slow?.metadata?.name, others]).toEqual(['slow', []]);
  expect(slow?.status?.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
    ['FailureTarget', 'DeadlineExceeded'],
    ['Failed', 'DeadlineExceeded'],
  ]);
  expect(await progressing()).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  // It is not stuck for good: its Pod comes up after all.
  const [pod] = (await plane.list(Pods)).filter(({ metadata }) => metadata?.labels?.app === 'web');
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  await plane.client.kind(Pods).patch(pod?.metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
  await plane.pass(1);
  expect(await progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
});

test.each([12, -12])('P8: a clock that steps by %i hours makes no node fall silent', async (hours) => {
  await using plane = await start();
  const nodes = ['n1', 'n2'];
  for (const name of nodes) {
    await plane.client.kind(Nodes).create({ metadata: { name } });
    await plane.client.kind(Leases).create({ metadata: { name, namespace: 'kube-node-lease' }, spec: {} });
  }
  const beat = async (): Promise<void> => {
    const lease: Lease = { spec: { renewTime: rfc3339Micro(plane.clock.now()) } };
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    for (const name of nodes) {
      await plane.client.kind(Leases).patch(name, 'kube-node-lease', 'merge', lease);
      await plane.client.kind(Nodes).patch(name, undefined, 'strategic', { status }, { subresource: 'status' });
    }
  };
  for (let tens = 0; tens < 12; tens++) {
    if (tens === 4) plane.clock.stepWall(hours * HOUR_MS);
    await beat();
    await plane.pass(10);
  }
  expect((await plane.list(Nodes)).map(({ spec }) => spec?.taints)).toEqual([undefined, undefined]);
});
