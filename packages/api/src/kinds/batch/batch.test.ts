import { describe, expect, test } from 'vitest';
import { cells, create, NOW_MS, problems, rowOf, update } from '../../../test/harness.ts';
import type { CronJob, Job, JobSpec } from '../../index.ts';

const jobs = rowOf('jobs', 'batch');
const cronJobs = rowOf('cronjobs', 'batch');
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] } };
const job = (spec: Partial<JobSpec> = {}, name = 'pi'): Job => ({
  metadata: { name, namespace: 'default', uid: 'u-1' },
  spec: { template, ...spec },
});
const indexed = { completionMode: 'Indexed', completions: 3, parallelism: 3 };

describe('Job', () => {
  test('defaults, and the labels and the selector that make its Pods its own', () => {
    const labels = {
      'batch.kubernetes.io/controller-uid': 'u-1',
      'batch.kubernetes.io/job-name': 'pi',
      'controller-uid': 'u-1',
      'job-name': 'pi',
    };
    const made = create<Job>(jobs, job());
    expect(made.metadata?.labels).toEqual(labels);
    expect(made.spec).toMatchObject({
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } },
      suspend: false,
      template: { metadata: { labels } },
    });
    expect(problems(jobs, job())).toEqual([]);
  });

  test('a work queue has a parallelism and no completions', () => {
    const { spec } = create<Job>(jobs, job({ parallelism: 2 }));
    expect(spec).toMatchObject({ parallelism: 2 });
    expect(spec).not.toHaveProperty('completions');
  });

  test('a limit for each index leaves none for all, and a failure policy replaces failed Pods only', () => {
    expect(create<Job>(jobs, job({ ...indexed, backoffLimitPerIndex: 1 })).spec?.backoffLimit).toBe(2147483647);
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }];
    expect(create<Job>(jobs, job({ podFailurePolicy: { rules } } as Partial<JobSpec>)).spec).toMatchObject({
      podReplacementPolicy: 'Failed',
      podFailurePolicy: { rules: [{ onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] },
    });
  });

  test('a selector of its own', () => {
    const own = { manualSelector: true, selector: { matchLabels: { app: 'a' } } };
    expect(problems(jobs, job({ ...own, template: { ...template, metadata: { labels: { app: 'a' } } } }))).toEqual([]);
    expect(problems(jobs, job({ ...own, template }))).toEqual([
      'spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`',
    ]);
    expect(problems(jobs, job({ manualSelector: true }))).toEqual(['spec.selector: Required value']);
  });

  const exitCodes = (onExitCodes: object, more: object = {}) => ({
    podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1], ...onExitCodes }, ...more }] },
  });
  test.each<[string, object, string[]]>([
    ['fewer than none', { completions: -1 }, ['spec.completions: Invalid value: -1: must be greater than or equal to 0']],
    [
      'Pods that never end',
      { template: { spec: { ...template.spec, restartPolicy: 'Always' } } },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'another mode',
      { completionMode: 'Some' },
      ['spec.completionMode: Unsupported value: "Some": supported values: "Indexed", "NonIndexed"'],
    ],
    [
      'Indexed without a number',
      { completionMode: 'Indexed', parallelism: 1 },
      ['spec.completions: Required value: when completion mode is Indexed'],
    ],
    [
      'limits of indexes without indexes',
      { backoffLimitPerIndex: 1 },
      ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
    ],
    [
      'failed indexes without a limit',
      { ...indexed, maxFailedIndexes: 4 },
      [
        'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
        'spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions',
      ],
    ],
    [
      'exit code 0',
      exitCodes({ values: [0] }),
      ['spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator'],
    ],
    [
      'exit codes out of order',
      exitCodes({ values: [3, 1] }),
      ['spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,1]: must be ordered'],
    ],
    [
      'a container that is not there',
      exitCodes({ containerName: 'x' }),
      [
        'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template',
      ],
    ],
    [
      'FailIndex without a limit for each',
      exitCodes({}, { action: 'FailIndex' }),
      ['spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set'],
    ],
    [
      'both',
      exitCodes({}, { onPodConditions: [{ type: 'A' }] }),
      ['spec.podFailurePolicy.rules[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported'],
    ],
    [
      'a policy for Pods that restart',
      { ...exitCodes({}), template: { spec: { ...template.spec, restartPolicy: 'OnFailure' } } },
      ['spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified'],
    ],
    [
      'success by index without indexes',
      { successPolicy: { rules: [] } },
      ['spec.successPolicy: Invalid value: {"rules":[]}: requires indexed completion mode'],
    ],
    [
      'no rule',
      { ...indexed, successPolicy: { rules: [] } },
      ['spec.successPolicy.rules: Required value: at least one rules must be specified'],
    ],
    [
      'more than there are',
      { ...indexed, successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 3 }] } },
      [
        'spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
      ],
    ],
    [
      'an index that is not there',
      { ...indexed, successPolicy: { rules: [{ succeededIndexes: '1,3' }] } },
      ['spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1,3": error parsing succeededIndexes: too large index: "3"'],
    ],
    ['no path', { managedBy: 'me' }, ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")']],
  ])('%s is refused', (_, spec, expected) => {
    expect(problems(jobs, job(spec))).toEqual(expected);
  });

  test('the labels of another Job are refused', () => {
    const labels = { 'batch.kubernetes.io/controller-uid': 'other' };
    expect(problems(jobs, job({ template: { ...template, metadata: { labels } } }))).toEqual([
      'spec.template.metadata.labels: Invalid value: {"batch.kubernetes.io/controller-uid":"other","batch.kubernetes.io/job-name":"pi","controller-uid":"u-1","job-name":"pi"}: `selector` does not match template `labels`',
      'spec.template.metadata.labels[batch.kubernetes.io/controller-uid]: Invalid value: "other": must be \'u-1\'',
    ]);
  });

  test('names of Pods that are too long', () => {
    expect(problems(jobs, job({ ...indexed, completions: 100, parallelism: 1 }, 'a'.repeat(62)))).toEqual([
      expect.stringContaining(`metadata.name: Invalid value: "${'a'.repeat(62)}": will not able to create pod with invalid DNS label: `),
    ]);
  });

  describe('an update', () => {
    const changed = (old: Partial<JobSpec>, change: Partial<JobSpec>, status: Job['status'] = { startTime: '2026-01-01T00:00:00Z' }) => {
      const made = { ...create<Job>(jobs, job(old)), status };
      return update<Job>(jobs, made, (draft) => Object.assign(draft.spec ?? {}, change)).problems;
    };
    const placed = (): Partial<JobSpec> => ({
      template: { ...create<Job>(jobs, job()).spec?.template, spec: { ...template.spec, nodeSelector: { zone: 'a' } } },
    });
    test.each<[string, string[], string[]]>([
      ['parallelism', changed({}, { parallelism: 4 }), []],
      ['the number of completions', changed({}, { completions: 4 }), ['spec.completions: Invalid value: 4: field is immutable']],
      ['both of an Indexed Job', changed(indexed, { completions: 5, parallelism: 5 }), []],
      [
        'one of an Indexed Job',
        changed(indexed, { completions: 5 }),
        ['spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism'],
      ],
      ['where its Pods go', changed({}, placed()), [expect.stringMatching(/^spec\.template: Invalid value: .*: field is immutable$/)]],
      ['where its Pods will go, while it is suspended', changed({ suspend: true }, placed(), {}), []],
    ])('of %s', (_, found, expected) => {
      expect(found).toEqual(expected);
    });
  });

  test('columns', () => {
    const started = new Date(NOW_MS - 90_000).toISOString();
    const running = { ...job({ completions: 5, parallelism: 2 }), status: { startTime: started, succeeded: 2 } };
    expect(cells(jobs, running)).toMatchObject({
      Status: 'Running',
      Completions: '2/5',
      Duration: '90s',
      Containers: 'main',
      Images: 'busybox:1',
    });
    const done = {
      ...running,
      status: {
        ...running.status,
        completionTime: new Date(NOW_MS - 60_000).toISOString(),
        conditions: [{ type: 'Complete', status: 'True' }],
      },
    };
    expect(cells(jobs, done)).toMatchObject({ Status: 'Complete', Duration: '30s' });
    expect(cells(jobs, job({ parallelism: 3 }))).toMatchObject({ Completions: '0/1 of 3', Duration: '' });
  });
});

describe('CronJob', () => {
  const cronJob = (spec: object = {}, name = 'hello'): CronJob => ({
    metadata: { name, namespace: 'default' },
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template } }, ...spec },
  });

  test('defaults', () => {
    const { spec } = create<CronJob>(cronJobs, cronJob());
    expect(spec).toMatchObject({ concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    expect(spec?.jobTemplate.spec).not.toHaveProperty('backoffLimit');
    expect(problems(cronJobs, cronJob())).toEqual([]);
  });

  test.each<[string, CronJob, string[]]>([
    ['no schedule', cronJob({ schedule: '' }), ['spec.schedule: Required value']],
    ['half a schedule', cronJob({ schedule: '* *' }), ['spec.schedule: Invalid value: "* *": expected exactly 5 fields, found 2: [* *]']],
    [
      'a zone in the schedule',
      cronJob({ schedule: 'CRON_TZ=UTC 0 * * * *' }),
      ['spec.schedule: Invalid value: "CRON_TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead'],
    ],
    ['an unknown zone', cronJob({ timeZone: 'Mars/Base' }), ['spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base']],
    ['an offset', cronJob({ timeZone: '+01:00' }), ['spec.timeZone: Invalid value: "+01:00": unknown time zone +01:00']],
    [
      'the zone of a machine',
      cronJob({ timeZone: 'local' }),
      ['spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'],
    ],
    [
      'another policy',
      cronJob({ concurrencyPolicy: 'Maybe' }),
      ['spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"'],
    ],
    ['a long name', cronJob({}, 'a'.repeat(53)), [`metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`]],
    [
      'Pods that never end',
      cronJob({ jobTemplate: { spec: { template: { spec: { containers: template.spec.containers } } } } }),
      ['spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
  ])('%s is refused', (_, object, expected) => {
    expect(problems(cronJobs, object)).toEqual(expected);
  });

  test('columns', () => {
    const object = { ...cronJob({ suspend: true }), status: { active: [{}], lastScheduleTime: new Date(NOW_MS - 30_000).toISOString() } };
    expect(cells(cronJobs, object)).toMatchObject({
      Schedule: '* * * * *',
      Timezone: '<none>',
      Suspend: 'True',
      Active: 1,
      'Last Schedule': '30s',
    });
    expect(cells(cronJobs, cronJob({ timeZone: 'Asia/Seoul' }))).toMatchObject({ Timezone: 'Asia/Seoul', 'Last Schedule': '<none>' });
  });
});
