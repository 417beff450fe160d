import { dns1123Label, fieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Job } from '../../../generated/types.ts';
import type { StrategyContext } from '../../kind.ts';
import { nameWarnings } from '../../metadata/name-warnings.ts';
import { Jobs } from '../../refs.ts';
import { templateWarnings } from '../apps/template-warnings.ts';
import { defineKind } from '../define.ts';
import { jobColumns } from './job/columns.ts';
import { defaultJob } from './job/default.ts';
import { checkSelector, generateSelector } from './job/selector.ts';
import { checkJobSpec } from './job/validate-spec.ts';
import { checkJobStatus } from './job/validate-status.ts';
import { checkJobUpdate } from './job/validate-update.ts';

const SPEC = fieldPath('spec');

function prepareForCreate(job: Job): void {
  job.status = {};
  generateSelector(job);
  const { labels } = job.spec?.template?.metadata ?? {};
  if (labels && Object.keys(job.metadata?.labels ?? {}).length === 0) job.metadata = { ...job.metadata, labels: { ...labels } };
}

function validate(job: Job, context: StrategyContext): Cause[] {
  const out = checkSelector(job);
  if (job.spec) checkJobSpec(job.spec, SPEC, context, out);
  return out;
}

/** The names of an Indexed Job's Pods are host names too. */
function validateCreate({ metadata, spec }: Job): Cause[] {
  if (spec?.completionMode !== 'Indexed' || !spec.completions || spec.completions < 0) return [];
  const hostname = `${metadata?.name}-${spec.completions - 1}`;
  if (dns1123Label(hostname).length === 0) return [];
  const detail = `will not able to create pod with invalid DNS label: ${hostname}`;
  return [invalidValue('metadata.name', metadata?.name, detail)];
}

const ORPHANS =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to ' +
  'suppress this warning';

export const jobRow = defineKind<Job>(Jobs, {
  categories: ['all'],
  hasStatus: true,
  columns: jobColumns,
  strategy: {
    default: defaultJob,
    prepareForCreate,
    validate,
    validateCreate,
    validateUpdate: (job, old) => checkJobUpdate(job, old, SPEC),
    validateStatusUpdate: checkJobStatus,
    orphansByDefault: { warning: ORPHANS },
    warnings: (job, old) => [...(old ? [] : nameWarnings(job)), ...templateWarnings(job, old)],
  },
  fieldSelectors: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
});
