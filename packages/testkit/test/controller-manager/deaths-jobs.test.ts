import { CronJobs, type Job, type JobSpec, Jobs, type Pod, Pods } from '@kubernats/api';
import { expect } from 'vitest';
import type { ControlPlane } from './control-plane.ts';
import { cronJob } from './cron-jobs.ts';
import { type Story, until, whoeverDies } from './deaths.ts';
import { template } from './living-pods.ts';
import { isReady } from './objects.ts';

function jobOf(spec: Partial<JobSpec>): Job {
  const { metadata, spec: pod } = template('sum', 'a');
  return {
    metadata: { name: 'sum', namespace: 'default' },
    spec: { template: { metadata, spec: { ...pod, restartPolicy: 'Never' } }, ...spec },
  };
}

const lives = ({ metadata, status }: Pod): boolean =>
  !metadata?.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
const running = async (plane: ControlPlane): Promise<Pod[]> => (await plane.list(Pods)).filter((pod) => lives(pod) && isReady(pod));
const conditionsOf = async (plane: ControlPlane): Promise<string[]> => {
  const { status } = await plane.client.kind(Jobs).get('sum', 'default');
  return (status?.conditions ?? []).filter(({ status }) => status === 'True').map(({ type }) => type);
};

/** All Pods that run end so. */
async function endAll(plane: ControlPlane, phase: 'Succeeded' | 'Failed'): Promise<void> {
  for (const { metadata } of await running(plane)) {
    const status = { phase, conditions: [{ type: 'Ready', status: 'False' }] };
    await plane.client.kind(Pods).patch(metadata?.name ?? '', 'default', 'strategic', { status }, { subresource: 'status' });
  }
}

const suspended: Story = {
  what: 'a Job that is suspended and resumed',
  pods: 4,
  async run(plane, pass) {
    const jobs = plane.client.kind(Jobs);
    await jobs.create(jobOf({ completions: 2, parallelism: 2 }));
    await until(plane, pass, async () => (await running(plane)).length === 2);
    await jobs.patch('sum', 'default', 'merge', { spec: { suspend: true } });
    await until(plane, pass, async () => (await plane.list(Pods)).length === 0 && (await conditionsOf(plane)).includes('Suspended'));
    await jobs.patch('sum', 'default', 'merge', { spec: { suspend: false } });
    await until(plane, pass, async () => (await running(plane)).length === 2);
    await endAll(plane, 'Succeeded');
    await until(plane, pass, async () => (await conditionsOf(plane)).includes('Complete'));
  },
  async check(plane) {
    const { status } = await plane.client.kind(Jobs).get('sum', 'default');
    expect(status).toMatchObject({ succeeded: 2, ready: 0, uncountedTerminatedPods: {} });
    expect(status?.failed).toBeUndefined();
  },
};

const indexed: Story = {
  what: 'an Indexed Job that fails by one of its indexes',
  pods: 2,
  async run(plane, pass) {
    const spec = { completions: 2, parallelism: 2, completionMode: 'Indexed', backoffLimitPerIndex: 0 } as const;
    await plane.client.kind(Jobs).create(jobOf(spec));
    await until(plane, pass, async () => (await running(plane)).length === 2);
    const [first] = (await running(plane)).filter(({ metadata }) => metadata?.labels?.['batch.kubernetes.io/job-completion-index'] === '0');
    const status = { phase: 'Failed' };
    await plane.client.kind(Pods).patch(first?.metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
    await endAll(plane, 'Succeeded');
    await until(plane, pass, async () => (await conditionsOf(plane)).includes('Failed'));
  },
  async check(plane) {
    const { status } = await plane.client.kind(Jobs).get('sum', 'default');
    expect(status).toMatchObject({ succeeded: 1, failed: 1, completedIndexes: '1', failedIndexes: '0' });
    expect(status?.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ['FailureTarget', 'FailedIndexes'],
      ['Failed', 'FailedIndexes'],
    ]);
  },
};

const forgotten: Story = {
  what: 'a Job that goes some time after it ended',
  pods: 1,
  async run(plane, pass) {
    await plane.client.kind(Jobs).create(jobOf({ ttlSecondsAfterFinished: 3 }));
    await until(plane, pass, async () => (await running(plane)).length === 1);
    await endAll(plane, 'Succeeded');
    await until(plane, pass, async () => (await plane.list(Jobs)).length + (await plane.list(Pods)).length === 0);
  },
  check: async (plane) => expect(await plane.list(Jobs)).toEqual([]),
};

const replaced: Story = {
  what: 'a CronJob whose next Job takes the place of the last one',
  pods: 2,
  async run(plane, pass) {
    const spec = { schedule: '* * * * *', jobTemplate: { spec: jobOf({}).spec }, concurrencyPolicy: 'Replace' } as const;
    await plane.client.kind(CronJobs).create(cronJob('sum', '* * * * *', spec));
    const started = async (name: string): Promise<boolean> => {
      const jobs = (await plane.list(Jobs)).map(({ metadata }) => metadata?.name);
      const { status } = await plane.client.kind(CronJobs).get('sum', 'default');
      if (status?.active?.length !== 1 || status.active[0]?.name !== name) return false;
      return jobs.length === 1 && jobs[0] === name && (await running(plane)).length === 1 && (await plane.list(Pods)).length === 1;
    };
    await plane.clock.advance(58_000);
    await until(plane, pass, () => started(`sum-${minuteOf(1)}`));
    await plane.clock.advance(60_000 - (plane.clock.now() % 60_000) - 1_000);
    await until(plane, pass, () => started(`sum-${minuteOf(2)}`));
    await plane.client.kind(CronJobs).patch('sum', 'default', 'merge', { spec: { suspend: true } });
    await pass();
  },
  async check(plane) {
    const { status } = await plane.client.kind(CronJobs).get('sum', 'default');
    expect(status?.active).toEqual([expect.objectContaining({ name: `sum-${minuteOf(2)}` })]);
    expect(status?.lastScheduleTime).toBe('2026-01-01T00:02:00Z');
  },
};

const minuteOf = (minute: number): number => Date.UTC(2026, 0, 1) / 60_000 + minute;

for (const story of [suspended, indexed, forgotten, replaced]) whoeverDies(story);
