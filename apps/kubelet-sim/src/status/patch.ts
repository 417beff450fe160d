import type { PodStatus } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';

// Lists that a strategic merge would join with what is there: an old address must go.
const REPLACED = new Set<string>(['podIPs', 'hostIPs']);

/** The strategic merge patch from one status to another: changed fields only, changed conditions only. Undefined: nothing to say. */
export function statusPatch(before: PodStatus, after: PodStatus): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  const old: Record<string, unknown> = { ...before };
  const next: Record<string, unknown> = { ...after };
  for (const [key, value] of Object.entries(next)) {
    if (value === undefined || key === 'conditions' || deepEqual(withoutUndefined(value), old[key])) continue;
    patch[key] = REPLACED.has(key) && Array.isArray(value) && old[key] !== undefined ? [{ $patch: 'replace' }, ...value] : value;
  }
  for (const key of ['reason', 'message']) if (old[key] !== undefined && next[key] === undefined) patch[key] = null;
  const conditions = (after.conditions ?? []).filter(
    (condition) =>
      !deepEqual(
        withoutUndefined(condition),
        before.conditions?.find(({ type }) => type === condition.type),
      ),
  );
  const gone = (before.conditions ?? []).filter(({ type }) => !after.conditions?.some((condition) => condition.type === type));
  if (conditions.length + gone.length > 0) {
    const changed = conditions.map((condition) => {
      const known = before.conditions?.find(({ type }) => type === condition.type);
      return {
        ...condition,
        ...(known?.reason !== undefined && condition.reason === undefined ? { reason: null } : {}),
        ...(known?.message !== undefined && condition.message === undefined ? { message: null } : {}),
      };
    });
    patch.conditions = [...changed, ...gone.map(({ type }) => ({ $patch: 'delete', type }))];
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** As it will be on the wire. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, withoutUndefined(entry)]])));
}
