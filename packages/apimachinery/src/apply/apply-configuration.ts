import { deepEqual, isJsonObject, type JsonObject } from '../json.ts';
import { compareObjects } from '../managed-fields/compare.ts';
import { byOperationAndTime, type ManagedFieldsEntry } from '../managed-fields/entry.ts';
import {
  difference,
  emptySet,
  equalSets,
  type FieldSet,
  intersection,
  isEmptySet,
  LEAF,
  SELF,
  union,
} from '../managed-fields/field-set.ts';
import { wholePlan } from '../managed-fields/plan.ts';
import { leftEntry, type ManagedWrite, updateManagedFields } from '../managed-fields/update.ts';
import { changesByVersion, setsOf, storedEntries } from '../managed-fields/versions.ts';
import { type Conflict, conflictError, withoutFields } from './conflicts.ts';
import { fieldsOfLastApplied, KUBECTL, withLastApplied } from './last-applied.ts';
import { mergeConfiguration } from './merge.ts';
import { ownedFields } from './owned-fields.ts';
import { prune, type VersionView } from './prune.ts';

/** A configuration that is to be applied. */
export interface ManagedApply extends ManagedWrite {
  /** The stored object in the version of the request; undefined when there is none. */
  live: JsonObject | undefined;
  /** What is wanted, in the same version; it has no `typedProblems`, and says the object's name. */
  config: JsonObject;
  /** Take fields over from other managers. */
  force: boolean;
}

export interface Applied {
  /** The object as it is to be, without managedFields and not yet defaulted; a field that was applied as null is null. */
  object: JsonObject;
  managedFields: ManagedFieldsEntry[];
}

/** Who owns the fields of an object that nobody has tracked, once somebody applies to it. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

/**
 * Applies a configuration: the fields in it are merged into the live object and become the manager's; those that it applied the last time
 * and does not apply now are removed, unless somebody else owns them. Throws Conflict when somebody else owns a field that would get another value
 * (`force`: takes it). Source: Kubernetes' page "Server-Side Apply"; KEP 555; structured-merge-diff.
 */
export function applyConfiguration(apply: ManagedApply): Applied {
  const before = entriesBefore(apply);
  let outcome = merged(apply, before, apply.force);
  if ('conflicts' in outcome) {
    const conflicts = apply.manager === KUBECTL ? withoutLastApplied(apply, outcome.conflicts) : outcome.conflicts;
    if (conflicts.length > 0) throw conflictError(conflicts);
    outcome = merged(apply, before, true);
  }
  if ('conflicts' in outcome) throw conflictError(outcome.conflicts);
  return apply.manager === KUBECTL ? { ...outcome, object: withLastApplied(outcome.object, apply.config) } : outcome;
}

function withoutLastApplied({ live = {}, apiVersion, schema }: ManagedApply, conflicts: readonly Conflict[]): readonly Conflict[] {
  const allowed = fieldsOfLastApplied(live, apiVersion, schema);
  return allowed === undefined ? conflicts : withoutFields(conflicts, allowed);
}

function entriesBefore(apply: ManagedApply): readonly ManagedFieldsEntry[] {
  const { live } = apply;
  const entries = storedEntries(live) as ManagedFieldsEntry[];
  if (live === undefined || entries.length > 0) return entries;
  return updateManagedFields({ ...apply, old: undefined, next: live, manager: BEFORE_FIRST_APPLY, operation: 'Update' });
}

function merged(apply: ManagedApply, before: readonly ManagedFieldsEntry[], force: boolean): Applied | { conflicts: Conflict[] } {
  const { config, apiVersion, schema, ignore = [], findVersion } = apply;
  const plan = wholePlan(schema);
  const live = withoutManagedFields(apply.live ?? {});
  const wanted = withoutTopLevel(ownedFields(config, plan), ignore);
  const last = before.find((entry) => isEntryOf(entry, apply));
  const others = before.filter((entry) => entry !== last);
  const own: ManagedFieldsEntry = { ...newEntry(apply), fieldsV1: wanted };
  const object = prune(mergeConfiguration(live, config, plan), last, [...others, own], viewsOf(apply));

  const compared = setsOf(compareObjects(live, object, schema, ignore));
  // A field that is applied as null is taken, although it is gone.
  const nulled = intersection(compared.removed, wanted);
  const change = { taken: union(compared.taken, nulled), removed: difference(compared.removed, nulled) };
  const changeIn = changesByVersion({ apiVersion, old: live, next: object, ignore, findVersion }, change);
  const conflicts = others
    .map((entry) => ({ entry, fields: intersection(entry.fieldsV1 ?? emptySet, setsOf(changeIn(entry.apiVersion ?? '') ?? {}).taken) }))
    .filter(({ fields }) => !isEmptySet(fields));
  if (conflicts.length > 0 && !force) return { conflicts };

  const left = others.map((entry) => leftEntry(entry, changeIn(entry.apiVersion ?? '')));
  const isSame = left.every((entry, i) => entry === others[i]) && deepEqual(live, object);
  const applied = difference(wanted, UNTRACKED);
  const ownAfter =
    isSame && last?.apiVersion === apiVersion && equalSets(last.fieldsV1 ?? emptySet, applied) ? last : { ...own, fieldsV1: applied };
  const managedFields = [...left.filter((entry) => entry !== undefined), ...(isEmptySet(applied) ? [] : [ownAfter])];
  return { object, managedFields: managedFields.sort(byOperationAndTime) };
}

/** An applier keeps its one entry, whichever version it applies in. */
function isEntryOf(entry: ManagedFieldsEntry, { manager, subresource }: ManagedApply): boolean {
  return entry.operation === 'Apply' && entry.manager === manager && (entry.subresource ?? '') === (subresource ?? '');
}

function newEntry({ manager, apiVersion, time, subresource }: ManagedApply): ManagedFieldsEntry {
  return {
    manager,
    operation: 'Apply',
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: emptySet,
    ...(subresource ? { subresource } : {}),
  };
}

function withoutManagedFields(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isJsonObject(metadata) || metadata.managedFields === undefined) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

function withoutTopLevel(fields: FieldSet, names: readonly string[]): FieldSet {
  if (!names.some((name) => Object.hasOwn(fields, `f:${name}`))) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([element]) => !names.includes(element.slice(2))));
}

function viewsOf({ apiVersion, schema, findVersion }: ManagedApply): (wanted: string) => VersionView | undefined {
  const same = (object: JsonObject): JsonObject => object;
  return (wanted) => {
    if (wanted === apiVersion) return { plan: wholePlan(schema), to: same, from: same };
    const version = findVersion?.(wanted);
    if (!version) return undefined;
    const { to, from } = version;
    return { plan: wholePlan(version.schema), to: (object) => ({ ...to(object) }), from: (object) => ({ ...from(object) }) };
  };
}

/** What an applier says and does not own: what names the object, and what is the server's. */
const UNTRACKED: FieldSet = {
  'f:apiVersion': LEAF,
  'f:kind': LEAF,
  'f:metadata': {
    [SELF]: LEAF,
    'f:clusterName': LEAF,
    'f:creationTimestamp': LEAF,
    'f:generation': LEAF,
    'f:managedFields': LEAF,
    'f:name': LEAF,
    'f:namespace': LEAF,
    'f:resourceVersion': LEAF,
    'f:selfLink': LEAF,
    'f:uid': LEAF,
  },
};
