// Groups of the Kubernetes community take no definitions that it has not approved. Source: KEP-1111, "API approval policy".
import { fieldPath, goQuote, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CustomResourceDefinition } from '../../../../generated/types.ts';

export const APPROVAL_ANNOTATION = 'api-approved.kubernetes.io';
const ANNOTATION = fieldPath('metadata', 'annotations').key(APPROVAL_ANNOTATION);
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';

export interface Approval {
  state: 'approved' | 'bypassed' | 'missing' | 'invalid';
  /** For people. */
  reason: string;
}

/** Whether a group belongs to the community. */
export const isProtectedGroup = (group: string): boolean => /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);

export function approvalOf({ metadata }: CustomResourceDefinition): Approval {
  const given = metadata?.annotations?.[APPROVAL_ANNOTATION] ?? '';
  const must = `protected groups must have approval annotation ${goQuote(APPROVAL_ANNOTATION)}`;
  if (given === '') return { state: 'missing', reason: `${must}, ${SEE}` };
  if (given.startsWith('unapproved')) return { state: 'bypassed', reason: `not approved: ${goQuote(given)}` };
  if (URL.parse(given)?.host) return { state: 'approved', reason: `approved in ${given}` };
  return { state: 'invalid', reason: `${must} with either a URL or a reason starting with "unapproved", ${SEE}` };
}

/** What is wrong with the approval. One that was as bad before is no reason to refuse another change. */
export function checkApproval(definition: CustomResourceDefinition, old: CustomResourceDefinition | undefined): Cause[] {
  if (!isProtectedGroup(definition.spec?.group ?? '')) return [];
  const { state, reason } = approvalOf(definition);
  if (old && approvalOf(old).state === state) return [];
  if (state === 'missing') return [required(ANNOTATION, reason)];
  if (state === 'invalid') return [invalidValue(ANNOTATION, definition.metadata?.annotations?.[APPROVAL_ANNOTATION], reason)];
  return [];
}
