import type { KindRow } from '@kubernats/api';
import { getPath } from '@kubernats/apimachinery';
import type { Held } from '../cache/stored.ts';

/** The finalizers of an object's spec: what is emptied before it goes (Namespaces) has them beside those of its metadata. */
export function specFinalizers(row: KindRow, object: Held): readonly unknown[] {
  if (!row.subresources.some(({ name }) => name === 'finalize')) return [];
  const list = getPath(object, ['spec', 'finalizers']);
  return Array.isArray(list) ? list : [];
}

/** Whether nothing holds an object back whose deletion has begun: it goes with this write. */
export function isBeingRemoved(row: KindRow, object: Held): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds !== 0 || finalizers.length > 0) return false;
  return specFinalizers(row, object).length === 0;
}
