import { fieldPath } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { LabelSelector } from '../../generated/types.ts';
import { immutable } from './basics.ts';

/** Whether a selector asks for nothing, and so selects everything. */
export const isEmptySelector = (selector: LabelSelector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;

interface WithSelector {
  spec?: { selector?: LabelSelector };
}

/** The Pods of a controller are found by its selector, which stays what it was. */
export function selectorIsImmutable({ spec }: WithSelector, old: WithSelector): Cause[] {
  const out: Cause[] = [];
  immutable(spec?.selector, old.spec?.selector, fieldPath('spec', 'selector'), out);
  return out;
}
