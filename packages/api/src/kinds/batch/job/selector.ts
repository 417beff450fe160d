import { fieldPath, invalidValue, labelSelectorOf, required, validateLabelSelector } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Job } from '../../../../generated/types.ts';

const UID_LABEL = 'batch.kubernetes.io/controller-uid';
const NAME_LABEL = 'batch.kubernetes.io/job-name';
/** The same without a prefix, from before Kubernetes 1.27. */
const LEGACY_UID_LABEL = 'controller-uid';
const LEGACY_NAME_LABEL = 'job-name';

const SPEC = fieldPath('spec');

/** The labels that only Pods of this Job have. */
function labelsOf({ metadata }: Job): Record<string, string> {
  const { uid = '', name = '' } = metadata ?? {};
  return { [UID_LABEL]: uid, [NAME_LABEL]: name, [LEGACY_UID_LABEL]: uid, [LEGACY_NAME_LABEL]: name };
}

/**
 * Marks the Job's Pods as its own, unless it names a selector by itself: labels that somebody set stay and are refused later.
 * Source: the concept "Jobs", "Specifying your own Pod selector".
 */
export function generateSelector(job: Job): void {
  const { spec, metadata } = job;
  if (!spec?.template || spec.manualSelector) return;
  const template = (spec.template.metadata ??= {});
  template.labels = { ...labelsOf(job), ...template.labels };
  const selector = (spec.selector ??= {});
  selector.matchLabels = { [UID_LABEL]: metadata?.uid ?? '', ...selector.matchLabels };
}

/** Whether the selector matches the Pods, and, where it was generated, matches them by nothing but what was generated. */
export function checkSelector(job: Job): Cause[] {
  const { spec } = job;
  const at = SPEC.child('selector');
  if (!spec?.selector) return [required(at)];
  const causes = validateLabelSelector(spec.selector, at);
  if (causes.length > 0) return causes;
  const selector = labelSelectorOf(spec.selector);
  const labels = spec.template?.metadata?.labels ?? {};
  const labelsAt = SPEC.child('template', 'metadata', 'labels');
  if (!selector.matches(labels)) causes.push(invalidValue(labelsAt, labels, '`selector` does not match template `labels`'));
  if (spec.manualSelector) return causes;
  const expected = labelsOf(job);
  for (const [label, value] of Object.entries(expected)) {
    const actual = labels[label];
    if (actual === undefined) causes.push(required(labelsAt.key(label), `must be '${value}'`));
    else if (actual !== value) causes.push(invalidValue(labelsAt.key(label), actual, `must be '${value}'`));
  }
  if (!selector.matches(expected)) causes.push(invalidValue(at, spec.selector, '`selector` not auto-generated'));
  return causes;
}
