import type { Job } from '../../../../generated/types.ts';
import type { Column } from '../../../kind.ts';
import { AGE, NAME, text, wide } from '../../../table/common-columns.ts';
import { humanDuration } from '../../../table/human-duration.ts';
import { templateColumns } from '../../../table/template-columns.ts';
import { selectorText } from '../../../table/texts.ts';

export const jobColumns: Column<Job>[] = [
  NAME,
  text('Status', 'How far the Job is.', statusText),
  text('Completions', 'How many Pods succeeded, of how many.', completionsText),
  text('Duration', 'How long it ran, or runs.', durationText),
  AGE,
  ...templateColumns(({ spec }: Job) => spec?.template),
  wide('Selector', 'The labels of its Pods.', ({ spec }) => selectorText(spec?.selector)),
];

function statusText({ metadata, status }: Job): string {
  const has = (type: string): boolean => status?.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata?.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: Job, nowMs: number): string {
  if (status?.startTime === undefined) return '';
  const end = status.completionTime === undefined ? nowMs : Date.parse(status.completionTime);
  return humanDuration(end - Date.parse(status.startTime));
}
