import {
  type Amounts,
  amountIn,
  countName,
  countsFor,
  isKept,
  type KindRow,
  type KindTable,
  type ResourceQuota,
  resourceOfName,
  sumOf,
  usageOfObject,
} from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { type Core, placeOf } from '../core.ts';

/** Whether objects of the row can count in a namespace. */
export const isCountable = (row: KindRow): boolean => row.namespaced && isKept(row);

/** The kinds of which something is counted under one of the names. */
function countedKinds(kinds: KindTable, names: readonly string[]): KindRow[] {
  const ofCore = new Set(names.map(resourceOfName));
  return kinds.all.filter((row) => {
    const { group, plural } = row;
    return isCountable(row) && (names.includes(countName(group, plural)) || (group === '' && ofCore.has(plural)));
  });
}

/** The status that the quota should have, by all objects of its namespace as the cache has them; undefined: it has it. */
export function recounted(core: Core, quota: ResourceQuota): ResourceQuota['status'] | undefined {
  const hard = quota.spec?.hard ?? {};
  const names = Object.keys(hard);
  const nowMs = core.clock.now();
  let total: Amounts = new Map();
  for (const row of countedKinds(core.kinds, names)) {
    placeOf(core, row)
      .cache.snapshot()
      .scan(`${quota.metadata?.namespace}/`, '', ({ object }) => {
        if (countsFor(quota, row.group, row.plural, object)) total = sumOf(total, usageOfObject(row.group, row.plural, object, nowMs));
        return true;
      });
  }
  const used = Object.fromEntries(names.map((name) => [name, amountIn(total, name).toString()]));
  return deepEqual(quota.status, { hard, used }) ? undefined : { hard, used };
}
