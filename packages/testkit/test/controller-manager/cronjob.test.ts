import { createHash } from 'node:crypto';
import { CronJobs, Jobs, type KubeObject, Pods } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startControlPlane } from './control-plane.ts';
import { cronJob, cronJobNow, eventsOf, follow, minutesOf, runPods } from './cron-jobs.ts';

test('a CronJob makes a Job for each time of its schedule, named by the minute', async () => {
  await using plane = await startControlPlane();
  await using _pods = runPods(plane, 10);
  await plane.client.kind(CronJobs).create(cronJob('hello', '*/5 * * * *', { timeZone: 'Asia/Seoul' }));
  await plane.pass(301);
  const firstMs = Date.UTC(2026, 0, 1, 0, 5);
  const name = `hello-${minutesOf(firstMs)}`;
  const [job] = await plane.list(Jobs);
  expect(job?.metadata).toMatchObject({
    name,
    annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T09:05:00+09:00' },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'hello', controller: true, blockOwnerDeletion: true }],
  });
  expect((await cronJobNow(plane, 'hello')).status).toEqual({
    active: [expect.objectContaining({ apiVersion: 'batch/v1', kind: 'Job', name, namespace: 'default', uid: job?.metadata?.uid })],
    lastScheduleTime: '2026-01-01T00:05:00Z',
  });
  await plane.pass(20);
  expect((await cronJobNow(plane, 'hello')).status).toEqual({
    lastScheduleTime: '2026-01-01T00:05:00Z',
    lastSuccessfulTime: expect.stringMatching(/^2026-01-01T00:05:1\dZ$/),
  });
  expect(await eventsOf(plane, 'hello')).toEqual([
    `Normal SuccessfulCreate Created job ${name}`,
    `Normal SawCompletedJob Saw completed job: ${name}, condition: Complete`,
  ]);
});

test('P8: a day of CronJobs passes at once, and the same seed gives the same history to the byte', async () => {
  const day = async (seed: number): Promise<{ digest: string; lines: number; started: number }> => {
    await using plane = await startControlPlane({}, { seed, direct: true });
    const hash = createHash('sha256');
    let lines = 0;
    const started = new Set<string>();
    const write = (object: KubeObject, type: string): void => {
      hash.update(`${type} ${JSON.stringify(object)}\n`);
      lines++;
      if (object.kind === 'Job') started.add(object.metadata?.name ?? '');
    };
    await using _cronJobs = follow(plane, CronJobs, write);
    await using _jobs = follow(plane, Jobs, write);
    await using _all = follow(plane, Pods, write);
    await using _pods = runPods(plane, 40, ({ metadata }) => (/[2-5]$/.test(metadata?.name ?? '') ? 'Failed' : 'Succeeded'));
    await plane.client.kind(CronJobs).create(cronJob('hourly', '@hourly'));
    await plane.client.kind(CronJobs).create(cronJob('shifts', '0 */6 * * *', { concurrencyPolicy: 'Forbid', timeZone: 'Asia/Seoul' }));
    for (let minute = 0; minute < 24 * 60 + 2; minute++) for (let third = 0; third < 3; third++) await plane.clock.advance(20_000);
    return { digest: hash.digest('hex'), lines, started: started.size };
  };
  const first = await day(7);
  expect(first.started).toBe(24 + 4);
  expect(await day(7)).toEqual(first);
});
