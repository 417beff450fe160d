import { describe, expect, test } from 'vitest';
import type { JobSpec, JobStatus } from '../../../index.ts';
import { checkJobStatus } from './validate-status.ts';

const START = '2026-01-01T00:00:00Z';
const END = '2026-01-01T00:01:00Z';
const conditions = (...types: string[]) => types.map((type) => ({ type, status: 'True' }));
const COMPLETE: JobStatus = { startTime: START, completionTime: END, conditions: conditions('SuccessCriteriaMet', 'Complete') };
const FAILED: JobStatus = { startTime: START, conditions: conditions('FailureTarget', 'Failed') };
const RUNNING: JobStatus = { startTime: START, active: 2, ready: 1, succeeded: 3, failed: 1 };
const INDEXED: Partial<JobSpec> = { completionMode: 'Indexed', completions: 5, parallelism: 2, backoffLimitPerIndex: 1 };

function problems(before: JobStatus, status: JobStatus, spec: Partial<JobSpec> = {}): string[] {
  const job = { metadata: { name: 'pi' }, spec: { completions: 5, parallelism: 2, template: {}, ...spec } };
  return checkJobStatus({ ...job, status }, { ...job, status: before }).map(({ field, message }) => `${field}: ${message}`);
}

describe('a new status of a Job', () => {
  test.each<[string, JobStatus, JobStatus, Partial<JobSpec>?]>([
    ['begins', {}, { startTime: START, active: 2 }],
    ['goes on', RUNNING, { ...RUNNING, active: 1, succeeded: 4, uncountedTerminatedPods: { succeeded: ['a'], failed: ['b'] } }],
    ['ends well', { ...RUNNING, active: 0, ready: 0 }, { ...COMPLETE, succeeded: 5, failed: 1, uncountedTerminatedPods: {} }],
    ['ends badly', { startTime: START, conditions: conditions('FailureTarget') }, FAILED],
    ['has indexes', {}, { completedIndexes: '0,2-3', failedIndexes: '1,4' }, INDEXED],
    ['shrinks with an elastic Job', { succeeded: 4 }, { succeeded: 2 }, { ...INDEXED, parallelism: 5 }],
    ['begins anew', { startTime: START, conditions: conditions('Suspended') }, { startTime: END }],
    ['lets go of its start while it is suspended', { startTime: START }, {}, { suspend: true }],
    [
      'keeps what was wrong before',
      { ...COMPLETE, active: 1, completionTime: undefined },
      { ...COMPLETE, active: 1, completionTime: undefined, ready: 1 },
    ],
  ])('%s', (_, before, status, spec) => {
    expect(problems(before, status, spec)).toEqual([]);
  });

  test.each<[string, JobStatus, JobStatus, string[], Partial<JobSpec>?]>([
    [
      'negative counts',
      {},
      { active: -1, succeeded: -1, failed: -1, ready: -2, terminating: -1 },
      [
        'status.active: Invalid value: -1: must be greater than or equal to 0',
        'status.succeeded: Invalid value: -1: must be greater than or equal to 0',
        'status.failed: Invalid value: -1: must be greater than or equal to 0',
        'status.ready: Invalid value: -2: must be greater than or equal to 0',
        'status.terminating: Invalid value: -1: must be greater than or equal to 0',
        'status.succeeded: Invalid value: -1: cannot decrease the succeeded counter',
        'status.failed: Invalid value: -1: cannot decrease the failed counter',
      ],
    ],
    [
      'uids twice, or none',
      {},
      { uncountedTerminatedPods: { succeeded: ['a', ''], failed: ['a'] } },
      [
        'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
        'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
      ],
    ],
    [
      'Complete and Failed',
      { startTime: START },
      { ...COMPLETE, conditions: conditions('SuccessCriteriaMet', 'Complete', 'FailureTarget', 'Failed') },
      [
        'status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions',
        'status.conditions: Invalid value: cannot set Complete=True and FailureTarget=true conditions',
        'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions',
        'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
      ],
    ],
    [
      'an end without its reason',
      { startTime: START },
      { startTime: START, completionTime: END, conditions: conditions('Complete') },
      [
        'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
        'status.conditions: Invalid value: cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
      ],
      { successPolicy: { rules: [] } },
    ],
    [
      'a failure without its reason',
      { startTime: START },
      { startTime: START, conditions: conditions('Failed') },
      ['status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition'],
    ],
    [
      'an end that is taken back',
      COMPLETE,
      { startTime: START },
      [
        'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
        'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
      ],
    ],
    [
      'a failure that is taken back',
      FAILED,
      { startTime: START },
      [
        'status.conditions: Invalid value: cannot disable the terminal Failed=True condition',
        'status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition',
      ],
    ],
    [
      'a reason that comes after the end',
      { ...COMPLETE, conditions: conditions('Complete') },
      COMPLETE,
      ['status.conditions: Invalid value: cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'],
    ],
    [
      'an end without times',
      {},
      { conditions: conditions('SuccessCriteriaMet', 'Complete') },
      [
        'status.completionTime: Required value: completionTime is required for Complete jobs',
        'status.startTime: Required value: startTime is required for finished job',
      ],
    ],
    [
      'a time of the end without one',
      { startTime: START },
      { startTime: START, completionTime: END },
      [`status.completionTime: Invalid value: "${END}": cannot set completionTime when there is no Complete=True condition`],
    ],
    [
      'an end before the start',
      {},
      { ...COMPLETE, startTime: END, completionTime: START },
      [`status.completionTime: Invalid value: "${START}": completionTime cannot be set before startTime`],
    ],
    [
      'another end, and another start',
      COMPLETE,
      { ...COMPLETE, startTime: END, completionTime: '2026-01-01T00:02:00Z' },
      [
        'status.completionTime: Invalid value: "2026-01-01T00:02:00Z": completionTime cannot be mutated',
        'status.startTime: Required value: startTime cannot be removed for unsuspended job',
      ],
    ],
    [
      'no start any more, though it is resumed',
      { startTime: START, conditions: conditions('Suspended') },
      {},
      ['status.startTime: Required value: startTime cannot be removed for unsuspended job'],
    ],
    [
      'an end with Pods',
      { startTime: START },
      { ...COMPLETE, active: 1, terminating: 1, uncountedTerminatedPods: { failed: ['a'] } },
      [
        'status.active: Invalid value: 1: active>0 is invalid for finished job',
        'status.uncountedTerminatedPods: Invalid value: {"failed":["a"]}: uncountedTerminatedPods needs to be empty for finished job',
        'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
      ],
    ],
    [
      'more that are ready than there are',
      {},
      { active: 1, ready: 2 },
      ['status.ready: Invalid value: 2: cannot set more ready pods than active'],
    ],
    [
      'less than before',
      RUNNING,
      { ...RUNNING, succeeded: 2, failed: 0 },
      [
        'status.succeeded: Invalid value: 2: cannot decrease the succeeded counter',
        'status.failed: Invalid value: 0: cannot decrease the failed counter',
      ],
    ],
    [
      'indexes of no Indexed Job',
      {},
      { completedIndexes: '0', failedIndexes: '' },
      [
        'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
        'status.failedIndexes: Invalid value: "": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ],
    ],
    [
      'indexes that are none',
      {},
      { completedIndexes: '3-1', failedIndexes: '5' },
      [
        'status.completedIndexes: Invalid value: "3-1": error parsing completedIndexes: non-increasing order, previous: 3, current: 1',
        'status.failedIndexes: Invalid value: "5": error parsing failedIndexes: too large index: "5"',
      ],
      INDEXED,
    ],
    [
      'indexes that failed and succeeded',
      {},
      { completedIndexes: '0-1,3', failedIndexes: '2-4' },
      ['status.failedIndexes: Invalid value: "2-4": failedIndexes and completedIndexes overlap at index: 3'],
      INDEXED,
    ],
  ])('is refused: %s', (_, before, status, expected, spec) => {
    expect(problems(before, status, spec)).toEqual(expected);
  });
});
