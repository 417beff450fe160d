import { deepEqual, fieldPath, forbiddenField } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { StatefulSet, StatefulSetSpec } from '../../../../generated/types.ts';

const UPDATABLE: readonly (keyof StatefulSetSpec)[] = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** Who a StatefulSet's Pods are, and what they keep, never changes. */
export function validateStatefulSetUpdate({ spec }: StatefulSet, { spec: old }: StatefulSet): Cause[] {
  const fields = new Set([...Object.keys(spec ?? {}), ...Object.keys(old ?? {})]) as Set<keyof StatefulSetSpec>;
  const changed = [...fields].some((field) => !UPDATABLE.includes(field) && !deepEqual(spec?.[field], old?.[field]));
  if (!changed) return [];
  const names = UPDATABLE.map((field) => `'${field}'`);
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return [forbiddenField(fieldPath('spec'), `updates to statefulset spec for fields other than ${list} are forbidden`)];
}
