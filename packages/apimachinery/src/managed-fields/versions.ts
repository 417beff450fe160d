import { isJsonObject } from '../json.ts';
import type { ObjectSchema } from '../schema.ts';
import { type Change, compareObjects } from './compare.ts';
import { emptySet } from './field-set.ts';

/** The same objects in another version of the API than the one that is written in. */
export interface OtherVersion {
  schema: ObjectSchema;
  /** The object, in this version. */
  to(object: object): object;
  /** Back again. */
  from(object: object): object;
}

/** Finds a version by its `apiVersion`; undefined: the kind is not served in it (any more). */
export type FindVersion = (apiVersion: string) => OtherVersion | undefined;

/** A write as every version of the API sees it: managers own fields in the version that they wrote in. */
export interface VersionedWrite {
  apiVersion: string;
  old: object | undefined;
  next: object;
  /** Fields of the top level that do not count. */
  ignore: readonly string[];
  findVersion?: FindVersion | undefined;
}

/**
 * What the write did, by `apiVersion`; `own` is what it did in the version of the write itself. Undefined for a version that there is
 * not: what managers own in such a one is forgotten.
 */
export function changesByVersion({ apiVersion, old, next, ignore, findVersion }: VersionedWrite, own: Change) {
  const known = new Map<string, Change | undefined>([[apiVersion, own]]);
  return (wanted: string): Change | undefined => {
    if (known.has(wanted)) return known.get(wanted);
    const version = findVersion?.(wanted);
    const change = version && compareObjects(old && version.to(old), version.to(next), version.schema, ignore);
    known.set(wanted, change);
    return change;
  };
}

/** The absent sets of a change, as empty ones. */
export const setsOf = ({ taken = emptySet, removed = emptySet }: Change): Required<Change> => ({ taken, removed });

/** The managedFields of a stored object, which have been looked at before. */
export function storedEntries(object: object | undefined): unknown[] {
  const metadata = isJsonObject(object) ? object.metadata : undefined;
  const entries = isJsonObject(metadata) ? metadata.managedFields : undefined;
  return Array.isArray(entries) ? entries : [];
}
