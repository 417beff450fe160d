// How values print inside one cell of a table.
import { labelSelectorOf } from '@kubernats/apimachinery';
import type { LabelSelector } from '../../generated/types.ts';

/** Labels as `a=b,c=d`, sorted by key. */
export function mapText(map: Record<string, string> | undefined): string {
  const pairs = Object.entries(map ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length > 0 ? pairs.toSorted().join(',') : '<none>';
}

export const listText = (list: readonly string[] | undefined): string => (list && list.length > 0 ? list.join(',') : '<none>');

export function selectorText(selector: LabelSelector | undefined): string {
  return labelSelectorOf(selector).toString() || '<none>';
}

const ACCESS_MODES: readonly [string, string][] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

/** `RWO,RWX`. */
export function accessModesText(modes: readonly string[] | undefined): string {
  return ACCESS_MODES.filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');
}
