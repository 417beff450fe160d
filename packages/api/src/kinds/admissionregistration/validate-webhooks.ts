import {
  deepEqual,
  dns1035Label,
  dns1123Subdomain,
  duplicate,
  type FieldPath,
  fieldPath,
  invalidValue,
  notSupported,
  required,
  validateLabelSelector,
} from '@kubernats/apimachinery';
import { compileMatchConditions } from '@kubernats/cel';
import type { Cause } from '@kubernats/errors';
import { checkText } from '../../validation/basics.ts';
import { checkWebhookTarget } from '../../validation/webhook-client-config.ts';
import { checkRule } from './validate-rules.ts';
import type { Webhook } from './webhooks.ts';

/** The versions of AdmissionReview that are spoken. */
export const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const NAME_SEGMENTS_LEAST = 3;

/**
 * What is wrong with the webhooks of a configuration; where none of the match conditions that are `stored` changes, they are not judged again.
 * Source: the validation of admissionregistration.k8s.io/v1.
 */
export function validateWebhooks(webhooks: readonly Webhook[] = [], stored?: readonly Webhook[]): Cause[] {
  const out: Cause[] = [];
  const conditionsAreStored = stored !== undefined && deepEqual(conditionsOf(webhooks), conditionsOf(stored));
  const names = new Set<string>();
  for (const [i, webhook] of webhooks.entries()) {
    const at = fieldPath('webhooks').index(i);
    checkWebhook(webhook, at, out);
    if (!conditionsAreStored) out.push(...compileMatchConditions(webhook.matchConditions ?? []).check(at.child('matchConditions')));
    checkReviewVersions(webhook.admissionReviewVersions ?? [], at.child('admissionReviewVersions'), out);
    if (names.has(webhook.name)) out.push(duplicate(at.child('name'), webhook.name));
    if (webhook.name) names.add(webhook.name);
  }
  return out;
}

const conditionsOf = (webhooks: readonly Webhook[]) => webhooks.map(({ matchConditions = [] }) => matchConditions);

function checkWebhook(webhook: Webhook, at: FieldPath, out: Cause[]): void {
  const { failurePolicy, matchPolicy, reinvocationPolicy, sideEffects, timeoutSeconds = 1, namespaceSelector, objectSelector } = webhook;
  const oneOf = (field: string, value: string | undefined, supported: readonly string[]): void => {
    if (value !== undefined && !supported.includes(value)) out.push(notSupported(at.child(field), value, supported));
  };
  checkQualified(webhook.name ?? '', at.child('name'), out);
  for (const [i, rule] of (webhook.rules ?? []).entries()) checkRule(rule, at.child('rules').index(i), out);
  oneOf('failurePolicy', failurePolicy, ['Fail', 'Ignore']);
  oneOf('matchPolicy', matchPolicy, ['Equivalent', 'Exact']);
  if (sideEffects === undefined) out.push(required(at.child('sideEffects'), `must specify one of ${SIDE_EFFECTS.join(', ')}`));
  oneOf('sideEffects', sideEffects, SIDE_EFFECTS);
  if (timeoutSeconds < 1 || timeoutSeconds > 30) {
    out.push(invalidValue(at.child('timeoutSeconds'), timeoutSeconds, 'the timeout value must be between 1 and 30 seconds'));
  }
  if (namespaceSelector) out.push(...validateLabelSelector(namespaceSelector, at.child('namespaceSelector')));
  if (objectSelector) out.push(...validateLabelSelector(objectSelector, at.child('objectSelector')));
  oneOf('reinvocationPolicy', reinvocationPolicy, ['IfNeeded', 'Never']);
  checkWebhookTarget(webhook.clientConfig ?? {}, at.child('clientConfig'), out);
}

function checkQualified(name: string, at: FieldPath, out: Cause[]): void {
  if (name === '') {
    out.push(required(at));
    return;
  }
  const problems = dns1123Subdomain(name);
  if (problems.length > 0) out.push(invalidValue(at, name, problems.join(',')));
  else if (name.split('.').length < NAME_SEGMENTS_LEAST) {
    out.push(invalidValue(at, name, 'should be a domain with at least three segments separated by dots'));
  }
}

function checkReviewVersions(versions: readonly string[], at: FieldPath, out: Cause[]): void {
  const known = REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) out.push(required(at, `must specify one of ${known}`));
  const seen = new Set<string>();
  for (const [i, version] of versions.entries()) {
    if (seen.has(version)) out.push(invalidValue(at.index(i), version, 'duplicate version'));
    else checkText(dns1035Label, version, at.index(i), out);
    seen.add(version);
  }
  if (versions.length > 0 && !versions.some((version) => REVIEW_VERSIONS.includes(version))) {
    out.push(invalidValue(at, versions, `must include at least one of ${known}`));
  }
}
