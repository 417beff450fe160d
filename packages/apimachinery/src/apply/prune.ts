import type { JsonObject } from '../json.ts';
import type { ManagedFieldsEntry } from '../managed-fields/entry.ts';
import { difference, emptySet, type FieldSet, intersection, isEmptySet, union } from '../managed-fields/field-set.ts';
import type { ObjectPlan } from '../managed-fields/plan.ts';
import { ownedFields, withNamedFields } from './owned-fields.ts';
import { removeFields } from './remove-fields.ts';

/** An object's form in one version of the API. */
export interface VersionView {
  plan: ObjectPlan;
  to(object: JsonObject): JsonObject;
  from(object: JsonObject): JsonObject;
}

/**
 * Takes out of a merged object what the manager applied the last time (`last`), and nobody owns any more. `entries` are all that own
 * something now, the manager with what it applies this time. Source: structured-merge-diff's `prune`.
 */
export function prune(
  merged: JsonObject,
  last: ManagedFieldsEntry | undefined,
  entries: readonly ManagedFieldsEntry[],
  viewOf: (apiVersion: string) => VersionView | undefined,
): JsonObject {
  const view = last && viewOf(last.apiVersion ?? '');
  const lastSet = last?.fieldsV1 ?? emptySet;
  if (!view || isEmptySet(lastSet)) return merged;
  const seen = view.to(merged);
  const before = withNamedFields(lastSet, view.plan);
  const cut = view.from(removeFields(seen, before, view.plan));
  const kept = view.to(addBackOwned(merged, cut, ownedByVersion(last?.apiVersion ?? '', entries), viewOf));
  // Only what the manager itself had applied goes: what nobody owns stays.
  const gone = intersection(difference(namedFieldsOf(seen, view.plan), namedFieldsOf(kept, view.plan)), before);
  return isEmptySet(gone) ? merged : view.from(removeFields(seen, gone, view.plan));
}

/** What was cut and is owned comes back. */
function addBackOwned(
  merged: JsonObject,
  cut: JsonObject,
  owned: ReadonlyMap<string, FieldSet>,
  viewOf: (apiVersion: string) => VersionView | undefined,
): JsonObject {
  let kept = cut;
  for (const [apiVersion, fields] of owned) {
    const view = viewOf(apiVersion);
    if (!view) continue;
    const { plan } = view;
    const seen = view.to(merged);
    const wanted = union(namedFieldsOf(view.to(kept), plan), withNamedFields(fields, plan));
    kept = view.from(removeFields(seen, difference(namedFieldsOf(seen, plan), wanted), plan));
  }
  return kept;
}

const namedFieldsOf = (object: JsonObject, plan: ObjectPlan): FieldSet => withNamedFields(ownedFields(object, plan), plan);

/** All that is owned, by the version that it is owned in: `first` comes first. */
function ownedByVersion(first: string, entries: readonly ManagedFieldsEntry[]): ReadonlyMap<string, FieldSet> {
  const owned = new Map<string, FieldSet>([[first, emptySet]]);
  for (const { apiVersion = '', fieldsV1 = emptySet } of entries) owned.set(apiVersion, union(owned.get(apiVersion) ?? emptySet, fieldsV1));
  return owned;
}
