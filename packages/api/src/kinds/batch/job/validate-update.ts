import { deepEqual, type FieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Job, JobSpec, PodTemplateSpec } from '../../../../generated/types.ts';
import { IMMUTABLE, immutable } from '../../../validation/basics.ts';

/** What of a Job may not change. Source: the concept "Jobs", "Mutable Scheduling Directives" and "Elastic Indexed Jobs". */
export function checkJobUpdate(job: Job, old: Job, at: FieldPath): Cause[] {
  const { spec } = job;
  const before = old.spec;
  if (!spec || !before) return [];
  const out: Cause[] = [];
  checkCompletions(spec, before, at, out);
  immutable(spec.selector, before.selector, at.child('selector'), out);
  const template = mayBePlacedAnew(old) ? withPlacementOf(spec.template, before.template) : spec.template;
  if (!deepEqual(template, before.template)) out.push(invalidValue(at.child('template'), spec.template, IMMUTABLE));
  for (const field of FIXED) immutable(spec[field], before[field], at.child(field), out);
  return out;
}

const FIXED = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const;

/** An Indexed Job grows and shrinks by both numbers at once. */
function checkCompletions(spec: JobSpec, before: JobSpec, at: FieldPath, out: Cause[]): void {
  const { completions, parallelism } = spec;
  if (spec.completionMode !== 'Indexed') immutable(completions, before.completions, at.child('completions'), out);
  else if (completions !== undefined && completions !== before.completions && completions !== parallelism) {
    const detail = `can only be modified in tandem with ${at.child('parallelism')}`;
    out.push(invalidValue(at.child('completions'), completions, detail));
  }
}

/** A Job that is suspended and never ran: a queue may still decide where its Pods go. */
const mayBePlacedAnew = ({ spec, status }: Job): boolean => spec?.suspend === true && status?.startTime === undefined;

/** The template as if its scheduling directives had not changed. */
function withPlacementOf(template: PodTemplateSpec | undefined, before: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  if (!template?.spec || !before?.spec) return template;
  const next = structuredClone(template);
  copy(next, before, 'metadata', ['labels', 'annotations']);
  copy(next, before, 'spec', ['nodeSelector', 'tolerations', 'schedulingGates']);
  const affinity = { ...next.spec?.affinity, nodeAffinity: before.spec.affinity?.nodeAffinity };
  if (affinity.nodeAffinity === undefined) delete affinity.nodeAffinity;
  if (next.spec) next.spec.affinity = affinity;
  if (next.spec && Object.keys(affinity).length === 0 && !before.spec.affinity) delete next.spec.affinity;
  return next;
}

function copy(target: PodTemplateSpec, source: PodTemplateSpec, part: 'metadata' | 'spec', fields: readonly string[]): void {
  const from = (source[part] ?? {}) as Record<string, unknown>;
  const to = { ...target[part] } as Record<string, unknown>;
  for (const field of fields) {
    if (from[field] === undefined) delete to[field];
    else to[field] = from[field];
  }
  Object.assign(target, { [part]: to });
}
