// Who owns the replicas: managedFields of a kind, and of the Scale that stands for it. Source: "Server-Side Apply"; KEP 555, "scale subresource".
import { byOperationAndTime, type FieldSet, hasField, type ManagedFieldsEntry, recursiveDifference } from '@kubernats/apimachinery';

/** Where the replicas are in a Scale. */
const OF_SCALE: readonly string[] = ['spec', 'replicas'];

/** The entries of those who own the replicas, which are at `path` in the object, as entries of the Scale. */
export function scaleEntries(entries: readonly ManagedFieldsEntry[], path: readonly string[], apiVersion: string): ManagedFieldsEntry[] {
  return entries.filter((entry) => owns(entry, path)).map((entry) => ({ ...entry, apiVersion, fieldsV1: setOf(OF_SCALE) }));
}

/** The entries of the object after its Scale was applied: who does not own the Scale's replicas any more does not own the object's. */
export function parentEntries(
  entries: readonly ManagedFieldsEntry[],
  scale: readonly ManagedFieldsEntry[],
  path: readonly string[],
  apiVersion: string,
): ManagedFieldsEntry[] {
  const replicas = setOf(path);
  const owners = new Map(scale.filter((entry) => owns(entry, OF_SCALE)).map((entry) => [identityOf(entry), entry]));
  const kept: ManagedFieldsEntry[] = [];
  for (const entry of entries) {
    const keeps = !owns(entry, path) || owners.delete(identityOf(entry));
    const fieldsV1 = keeps ? entry.fieldsV1 : recursiveDifference(entry.fieldsV1 ?? {}, replicas);
    if (Object.keys(fieldsV1 ?? {}).length > 0) kept.push(keeps ? entry : { ...entry, fieldsV1 });
  }
  const added = [...owners.values()].map((entry) => ({ ...entry, apiVersion, fieldsV1: replicas }));
  return [...kept, ...added].sort(byOperationAndTime);
}

const setOf = (path: readonly string[]): FieldSet => path.reduceRight<FieldSet>((set, field) => ({ [`f:${field}`]: set }), {});

function owns({ fieldsV1 = {} }: ManagedFieldsEntry, path: readonly string[]): boolean {
  return hasField(
    fieldsV1,
    path.map((field) => `f:${field}`),
  );
}

const identityOf = ({ manager, operation, subresource }: ManagedFieldsEntry): string => JSON.stringify([manager, operation, subresource]);
