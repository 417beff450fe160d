import { type CronJobSpec, CronJobs, type Job, Jobs } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { cronJob, cronJobNow, eventsOf, minutesOf, runPods } from './cron-jobs.ts';
import { namesOf } from './objects.ts';

const FIRST_MINUTE = minutesOf(Date.UTC(2026, 0, 1));
/** The name of the Job that is made for a minute after midnight. */
const jobOf = (minute: number): string => `often-${FIRST_MINUTE + minute}`;

/** A CronJob that is due each minute, made at midnight. */
async function often(spec: Partial<CronJobSpec>): Promise<ControlPlane> {
  const plane = await startControlPlane({}, { direct: true });
  await plane.client.kind(CronJobs).create(cronJob('often', '* * * * *', spec));
  return plane;
}

const jobs = async (plane: ControlPlane): Promise<string[]> => namesOf(await plane.list(Jobs));
const change = (plane: ControlPlane, spec: Partial<CronJobSpec>) =>
  plane.client.kind(CronJobs).patch('often', 'default', 'merge', { spec });

test('P8: with Allow the next Job starts beside the one that still runs', async () => {
  await using plane = await often({});
  await plane.pass(125);
  expect(await jobs(plane)).toEqual([jobOf(1), jobOf(2)]);
  expect((await cronJobNow(plane, 'often')).status?.active?.map(({ name }) => name)).toEqual([jobOf(1), jobOf(2)]);
});

test('P8: with Forbid a Job waits until the one before has ended, and then starts for the last time that was due', async () => {
  await using plane = await often({ concurrencyPolicy: 'Forbid' });
  await using _pods = runPods(plane, 90);
  await plane.pass(125);
  expect(await jobs(plane)).toEqual([jobOf(1)]);
  expect((await cronJobNow(plane, 'often')).status?.lastScheduleTime).toBe('2026-01-01T00:01:00Z');
  const refusal = 'Normal JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid';
  expect(await eventsOf(plane, 'often')).toContain(refusal);
  await plane.pass(30);
  expect(await jobs(plane)).toEqual([jobOf(1), jobOf(2)]);
  expect((await cronJobNow(plane, 'often')).status?.lastScheduleTime).toBe('2026-01-01T00:02:00Z');
});

test('P8: with Replace the Job that still runs gives way to the next', async () => {
  await using plane = await often({ concurrencyPolicy: 'Replace' });
  await plane.pass(125);
  expect(await jobs(plane)).toEqual([jobOf(2)]);
  expect((await cronJobNow(plane, 'often')).status?.active?.map(({ name }) => name)).toEqual([jobOf(2)]);
  expect(await eventsOf(plane, 'often')).toEqual([
    `Normal SuccessfulCreate Created job ${jobOf(1)}`,
    `Normal SuccessfulDelete Deleted job ${jobOf(1)}`,
    `Normal SuccessfulCreate Created job ${jobOf(2)}`,
  ]);
});

const endOf = ({ status }: Job): string | undefined => status?.conditions?.at(-1)?.type;

test.each<[string, Partial<CronJobSpec>, string[], string[]]>([
  ['three that succeeded and one that failed', {}, [jobOf(4), jobOf(6), jobOf(8)], [jobOf(7)]],
  ['as many as it says', { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 2 }, [jobOf(8)], [jobOf(5), jobOf(7)]],
  ['none', { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0 }, [], []],
])('P8: a CronJob keeps %s', async (_, limits, succeeded, failed) => {
  const spec = { backoffLimit: 0, template: cronJob('', '').spec?.jobTemplate.spec?.template ?? {} };
  await using plane = await often({ ...limits, jobTemplate: { spec } });
  const isOdd = (name = ''): boolean => Number(/^often-(\d+)/.exec(name)?.[1]) % 2 !== FIRST_MINUTE % 2;
  await using _pods = runPods(plane, 5, ({ metadata }) => (isOdd(metadata?.name) ? 'Failed' : 'Succeeded'));
  await plane.pass(8 * 60 + 20);
  const left = await plane.list(Jobs);
  expect(namesOf(left.filter((job) => endOf(job) === 'Complete'))).toEqual(succeeded);
  expect(namesOf(left.filter((job) => endOf(job) === 'Failed'))).toEqual(failed);
});

test('P8: a CronJob that was suspended starts once for what it missed', async () => {
  await using plane = await often({ suspend: true });
  await plane.pass(10 * 60 + 30);
  expect(await jobs(plane)).toEqual([]);
  await change(plane, { suspend: false });
  await plane.pass(1);
  expect(await jobs(plane)).toEqual([jobOf(10)]);
  await plane.pass(60);
  expect(await jobs(plane)).toEqual([jobOf(10), jobOf(11)]);
});

test('P8: what was missed for longer than startingDeadlineSeconds is not made up for', async () => {
  await using plane = await often({ suspend: true, startingDeadlineSeconds: 20 });
  await plane.pass(10 * 60 + 30);
  await change(plane, { suspend: false });
  await plane.pass(10);
  expect(await jobs(plane)).toEqual([]);
  await plane.pass(25);
  expect(await jobs(plane)).toEqual([jobOf(11)]);
});

test('P8: more than a hundred missed starts are told of, and the last one is made up for', async () => {
  await using plane = await often({ suspend: true });
  for (let minute = 0; minute < 102; minute++) await plane.clock.advance(60_000);
  await change(plane, { suspend: false });
  await plane.pass(1);
  expect(await jobs(plane)).toEqual([jobOf(102)]);
  expect(await eventsOf(plane, 'often')).toContain(
    'Warning TooManyMissedTimes too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
  );
});
