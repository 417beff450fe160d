import type { LabelSelector } from '../../../../generated/types.ts';

interface Selecting {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
}

/**
 * `matchLabelKeys` of a new Pod ask for the Pods that have its own values of these labels: they become part of the selector. A key that the Pod has not asks
 * for nothing, and without a selector nothing is selected. Source: KEP-3243, "MatchLabelKeysInPodTopologySpreadSelectorMerge".
 */
export function mergeMatchLabelKeys(
  { labelSelector, matchLabelKeys = [] }: Selecting,
  labels: Readonly<Record<string, string>> = {},
): void {
  if (!labelSelector) return;
  for (const key of matchLabelKeys) {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (value !== undefined) (labelSelector.matchExpressions ??= []).push({ key, operator: 'In', values: [value] });
  }
}
