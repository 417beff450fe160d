import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  labelSelectorOf,
  notSupported,
  required,
  validateLabelSelector,
  validateLabels,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { LabelSelector, PodTemplateSpec } from '../../../../generated/types.ts';
import type { StrategyContext } from '../../../kind.ts';
import { checkAnnotations } from '../../../metadata/object-meta.ts';
import { isEmptySelector } from '../../../validation/label-selector.ts';
import { checkPodSpec } from './validate-pod-spec.ts';

/** Whose Pods they are, as Kubernetes' messages about the selector and about the template call it. */
export interface ControlledBy {
  selecting: string;
  kind: string;
}

/** The selector and template of a controller that keeps its Pods running. */
export function checkControlledPods(
  { selector, template }: { selector?: LabelSelector; template?: PodTemplateSpec },
  owner: ControlledBy,
  path: FieldPath,
  context: StrategyContext,
  out: Cause[],
): void {
  const at = path.child('template');
  const selectorCauses = validateLabelSelector(selector, path.child('selector'));
  if (!selector) out.push(required(path.child('selector')));
  else {
    out.push(...selectorCauses);
    if (isEmptySelector(selector))
      out.push(invalidValue(path.child('selector'), selector, `empty selector is invalid for ${owner.selecting}`));
  }
  if (!template) {
    out.push(required(at));
    return;
  }
  const labels = template.metadata?.labels ?? {};
  const isSelected = selector && (isEmptySelector(selector) || selectorCauses.length > 0 || labelSelectorOf(selector).matches(labels));
  if (!isSelected) {
    out.push(invalidValue(at.child('metadata', 'labels'), labels, '`selector` does not match template `labels`'));
  }
  checkRunningTemplate(template, owner.kind, at, context, out);
}

/** A template whose Pods run until their controller of that kind removes them. */
export function checkRunningTemplate(template: PodTemplateSpec, kind: string, at: FieldPath, context: StrategyContext, out: Cause[]): void {
  checkPodTemplate(template, at, context, out);
  const { spec } = template;
  if (spec?.restartPolicy && spec.restartPolicy !== 'Always' && ['OnFailure', 'Never'].includes(spec.restartPolicy)) {
    out.push(notSupported(at.child('spec', 'restartPolicy'), spec.restartPolicy, ['Always']));
  }
  if (spec?.activeDeadlineSeconds !== undefined) {
    out.push(forbiddenField(at.child('spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${kind} is not Supported`));
  }
}

/** What is asked of a template whatever its controller. */
export function checkPodTemplate({ metadata, spec }: PodTemplateSpec, at: FieldPath, context: StrategyContext, out: Cause[]): void {
  out.push(...validateLabels(metadata?.labels ?? {}, at.child('metadata', 'labels')));
  checkAnnotations(metadata?.annotations, at.child('metadata', 'annotations'), out);
  checkPodSpec(spec ?? { containers: [] }, at.child('spec'), context, out);
  if ((spec?.ephemeralContainers ?? []).length > 0) {
    out.push(forbiddenField(at.child('spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template'));
  }
}
