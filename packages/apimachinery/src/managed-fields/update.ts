import { isJsonObject } from '../json.ts';
import type { ObjectSchema } from '../schema.ts';
import { cappedEntries } from './cap.ts';
import { type Change, compareObjects } from './compare.ts';
import { createdSet } from './created-set.ts';
import { byOperationAndTime, isEntry, type ManagedFieldsEntry } from './entry.ts';
import { difference, emptySet, type FieldSet, isEmptySet, union } from './field-set.ts';
import { changesByVersion, type FindVersion, setsOf } from './versions.ts';

interface Tracked {
  metadata?: { managedFields?: unknown };
}

/** Who writes what of an object, for its managedFields. */
export interface ManagedWrite {
  /** Who writes: see `managerName`. */
  manager: string;
  apiVersion: string;
  subresource?: string | undefined;
  /** RFC 3339, in whole seconds. */
  time: string;
  schema: ObjectSchema;
  /** Fields of the top level that this request cannot change: `status` of a write to the object itself, `spec` of one to its status. */
  ignore?: readonly string[];
  /** The kind's other versions, in which other managers may have written. */
  findVersion?: FindVersion;
}

/** A write that is about to be stored. */
export interface ManagedUpdate extends ManagedWrite {
  /** The stored object, in the version of the request; undefined for a creation. */
  old: (Tracked & object) | undefined;
  /** The object to be stored, in the version of the request, defaults filled in. */
  next: Tracked & object;
  operation: 'Update';
}

/**
 * The managedFields after a write. The writer owns the fields that it added or changed, and everyone else loses them;
 * fields that are gone leave every set; a writer's time moves when it added or changed something. A write without changes returns
 * the very list it found, and where nothing is tracked an update tracks nothing. As in Kubernetes, a request to the object itself may
 * bring (correct, reset) managedFields, others not. Source: Kubernetes' page "Server-Side Apply"; KEP 555.
 */
export function updateManagedFields(update: ManagedUpdate): ManagedFieldsEntry[] {
  const { old, next, schema, apiVersion, findVersion, ignore = [] } = update;
  const entries = entriesBefore(update);
  if (old !== undefined && entries.length === 0) return entries;
  const change = old === undefined ? { taken: createdSet(next, schema, ignore) } : compareObjects(old, next, schema, ignore);
  const { taken, removed } = setsOf(change);
  if (isEmptySet(taken) && isEmptySet(removed)) return entries;
  const changeIn = changesByVersion({ apiVersion, old, next, ignore, findVersion }, change);
  const own = entries.findIndex((entry) => isEntryOf(entry, update));
  const result: ManagedFieldsEntry[] = [];
  for (const [i, entry] of entries.entries()) {
    const kept = i === own ? ownEntry(entry, update, taken, removed) : leftEntry(entry, changeIn(entry.apiVersion ?? ''));
    if (kept !== undefined) result.push(kept);
  }
  if (own === -1 && !isEmptySet(taken)) result.push(newEntry(update, taken));
  return cappedEntries(result).sort(byOperationAndTime);
}

/** The entries to start from: the request's own where it may and does bring valid ones, otherwise the stored ones. */
function entriesBefore({ old, next, subresource }: ManagedUpdate): ManagedFieldsEntry[] {
  const brought = next.metadata?.managedFields;
  if (!subresource && Array.isArray(brought) && brought.length > 0) {
    if (brought.length === 1 && isJsonObject(brought[0]) && isEmptySet(brought[0] as FieldSet)) return [];
    if (brought.every(isEntry)) return brought;
  }
  const stored = old?.metadata?.managedFields;
  // What is stored went through here before: it is not looked at again.
  return Array.isArray(stored) ? (stored as ManagedFieldsEntry[]) : [];
}

function isEntryOf(entry: ManagedFieldsEntry, { manager, operation, apiVersion, subresource }: ManagedUpdate): boolean {
  return (
    entry.manager === manager &&
    entry.operation === operation &&
    entry.apiVersion === apiVersion &&
    (entry.subresource ?? '') === (subresource ?? '')
  );
}

function newEntry({ manager, operation, apiVersion, time, subresource }: ManagedUpdate, fieldsV1: FieldSet): ManagedFieldsEntry {
  return { manager, operation, apiVersion, time, fieldsType: 'FieldsV1', fieldsV1, ...(subresource ? { subresource } : {}) };
}

/** The writer's own entry after the write; a set that did not change stays the same object. */
function ownEntry(entry: ManagedFieldsEntry, update: ManagedUpdate, taken: FieldSet, removed: FieldSet): ManagedFieldsEntry | undefined {
  const left = leftEntry(entry, { removed });
  return isEmptySet(taken) ? left : newEntry(update, union(left?.fieldsV1 ?? emptySet, taken));
}

/** What a change leaves of somebody else's entry: nothing, when it has no field any more, or none in a version that there is. */
export function leftEntry(entry: ManagedFieldsEntry, change: Change | undefined): ManagedFieldsEntry | undefined {
  if (change === undefined) return undefined;
  const { taken, removed } = setsOf(change);
  const before = entry.fieldsV1 ?? emptySet;
  const after = difference(difference(before, removed), taken);
  if (after === before) return entry;
  return isEmptySet(after) ? undefined : { ...entry, fieldsV1: after };
}

/** The longest name of a manager. */
const MAX_MANAGER_LENGTH = 128;

/** The manager's name: the request's `fieldManager`, else what its User-Agent says before the first slash. */
export function managerName(fieldManager: string | undefined, userAgent: string | undefined): string {
  if (fieldManager) return fieldManager;
  const [product = ''] = (userAgent ?? '').split('/');
  return product.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ].*$/su, '').slice(0, MAX_MANAGER_LENGTH);
}
