import { type Amounts, amountIn, countsFor, KINDS, type KindRow, type ResourceQuota, sumOf, usageOfObject } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { type Core, placeOf } from '../core.ts';

/** The kinds of which something is counted under one of the names. */
function countedKinds(names: readonly string[]): KindRow[] {
  const plain = new Set(names);
  const hasCompute = names.some((name) => !name.startsWith('count/') && !PLAIN.has(name) && !name.includes('.storageclass.'));
  return KINDS.filter(({ group, plural, namespaced, ephemeral, computed, storedAs }) => {
    if (!namespaced || ephemeral || computed || storedAs) return false;
    if (plain.has(group === '' ? `count/${plural}` : `count/${plural}.${group}`)) return true;
    if (group !== '') return false;
    if (plural === 'pods') return plain.has('pods') || hasCompute;
    if (plural === 'services') return names.some((name) => name === 'services' || name.startsWith('services.'));
    if (plural === 'persistentvolumeclaims')
      return names.some((name) => name === plural || name === 'requests.storage' || name.includes('.storageclass.'));
    return plain.has(plural);
  });
}

const PLAIN: ReadonlySet<string> = new Set([
  ...['configmaps', 'persistentvolumeclaims', 'pods', 'replicationcontrollers', 'resourcequotas', 'secrets', 'services'],
  ...['services.loadbalancers', 'services.nodeports', 'requests.storage'],
]);

/** The status that the quota should have, by all objects of its namespace as the cache has them; undefined: it has it. */
export function recounted(core: Core, quota: ResourceQuota): ResourceQuota['status'] | undefined {
  const hard = quota.spec?.hard ?? {};
  const names = Object.keys(hard);
  const nowMs = core.clock.now();
  let total: Amounts = new Map();
  for (const row of countedKinds(names)) {
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
