import { type FieldPath, fieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CronJob } from '../../../generated/types.ts';
import type { StrategyContext } from '../../kind.ts';
import { nameWarnings } from '../../metadata/name-warnings.ts';
import { CronJobs } from '../../refs.ts';
import { AGE, integer, NAME, text, wide } from '../../table/common-columns.ts';
import { ageOf } from '../../table/human-duration.ts';
import { templateColumns } from '../../table/template-columns.ts';
import { selectorText } from '../../table/texts.ts';
import { notNegative, oneOf } from '../../validation/basics.ts';
import { templateWarnings } from '../apps/template-warnings.ts';
import { defineKind } from '../define.ts';
import { parseCronSchedule } from './cron-schedule.ts';
import { defaultJobTemplate } from './job/default.ts';
import { checkJobSpec } from './job/validate-spec.ts';
import { timeZoneProblem } from './time-zone.ts';

const SPEC = fieldPath('spec');
/** A Job's name adds a dash and the minutes since the epoch. */
const NAME_MAX = 52;

function validate({ spec }: CronJob, context: StrategyContext): Cause[] {
  const out: Cause[] = [];
  checkSchedule(spec?.schedule ?? '', SPEC.child('schedule'), out);
  notNegative(spec?.startingDeadlineSeconds, SPEC.child('startingDeadlineSeconds'), out);
  if (spec?.timeZone !== undefined) {
    const problem = timeZoneProblem(spec.timeZone);
    if (problem !== undefined) out.push(invalidValue(SPEC.child('timeZone'), spec.timeZone, problem));
  }
  oneOf(spec?.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], SPEC.child('concurrencyPolicy'), out);
  const template = SPEC.child('jobTemplate');
  if (spec?.jobTemplate?.spec) checkJobSpec(spec.jobTemplate.spec, template.child('spec'), context, out);
  else out.push(required(template.child('spec')));
  notNegative(spec?.successfulJobsHistoryLimit, SPEC.child('successfulJobsHistoryLimit'), out);
  notNegative(spec?.failedJobsHistoryLimit, SPEC.child('failedJobsHistoryLimit'), out);
  return out;
}

function checkSchedule(schedule: string, at: FieldPath, out: Cause[]): void {
  if (schedule === '') {
    out.push(required(at));
  } else if (schedule.includes('TZ')) {
    out.push(invalidValue(at, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  } else {
    try {
      parseCronSchedule(schedule);
    } catch (error) {
      out.push(invalidValue(at, schedule, (error as Error).message));
    }
  }
}

export const cronJobRow = defineKind<CronJob>(CronJobs, {
  shortNames: ['cj'],
  categories: ['all'],
  hasStatus: true,
  columns: [
    NAME,
    text('Schedule', 'When it runs, in cron form.', ({ spec }) => spec?.schedule ?? ''),
    text('Timezone', 'The time zone of the schedule.', ({ spec }) => spec?.timeZone ?? '<none>'),
    text('Suspend', 'Whether later runs are suspended.', ({ spec }) => (spec?.suspend ? 'True' : 'False')),
    integer('Active', 'How many of its Jobs run.', ({ status }) => status?.active?.length ?? 0),
    text('Last Schedule', 'When a Job was last made.', ({ status }, nowMs) =>
      status?.lastScheduleTime === undefined ? '<none>' : ageOf(status.lastScheduleTime, nowMs),
    ),
    AGE,
    ...templateColumns(({ spec }: CronJob) => spec?.jobTemplate?.spec?.template),
    wide('Selector', 'The labels of its Pods.', ({ spec }) => selectorText(spec?.jobTemplate?.spec?.selector)),
  ],
  strategy: {
    default({ spec }) {
      if (!spec) return;
      spec.concurrencyPolicy ||= 'Allow';
      spec.suspend ??= false;
      spec.successfulJobsHistoryLimit ??= 3;
      spec.failedJobsHistoryLimit ??= 1;
      spec.jobTemplate ??= {};
      spec.jobTemplate.spec ??= { template: {} };
      defaultJobTemplate(spec.jobTemplate.spec);
    },
    prepareForCreate(cronJob) {
      cronJob.status = {};
    },
    validate,
    validateCreate: ({ metadata }) =>
      (metadata?.name?.length ?? 0) > NAME_MAX
        ? [invalidValue('metadata.name', metadata?.name, `must be no more than ${NAME_MAX} characters`)]
        : [],
    warnings: (cronJob, old) => [
      ...(old ? [] : nameWarnings(cronJob)),
      ...templateWarnings({ spec: cronJob.spec?.jobTemplate?.spec }, old && { spec: old.spec?.jobTemplate?.spec }, TEMPLATE),
    ],
  },
});

const TEMPLATE = SPEC.child('jobTemplate', 'spec', 'template');
