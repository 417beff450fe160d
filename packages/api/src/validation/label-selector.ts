import type { LabelSelector } from '../../generated/types.ts';

/** Whether a selector asks for nothing, and so selects everything. */
export const isEmptySelector = (selector: LabelSelector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
