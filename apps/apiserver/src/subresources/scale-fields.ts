// Who owns the replicas: managedFields of a kind, and of the Scale that stands for it. Source: "Server-Side Apply"; KEP 555, "scale subresource".
import { byOperationAndTime, type FieldSet, hasField, type ManagedFieldsEntry, recursiveDifference } from '@kubernats/apimachinery';

const REPLICAS: FieldSet = { 'f:spec': { 'f:replicas': {} } };
const PATH = ['f:spec', 'f:replicas'];

/** The entries of those who own the replicas, as entries of the Scale. */
export function scaleEntries(entries: readonly ManagedFieldsEntry[], apiVersion: string): ManagedFieldsEntry[] {
  return entries.filter(ownsReplicas).map((entry) => ({ ...entry, apiVersion, fieldsV1: REPLICAS }));
}

/** The entries of the object after its Scale was applied: who does not own the Scale's replicas any more does not own the object's. */
export function parentEntries(
  entries: readonly ManagedFieldsEntry[],
  scale: readonly ManagedFieldsEntry[],
  apiVersion: string,
): ManagedFieldsEntry[] {
  const owners = new Map(scale.filter(ownsReplicas).map((entry) => [identityOf(entry), entry]));
  const kept: ManagedFieldsEntry[] = [];
  for (const entry of entries) {
    const keeps = !ownsReplicas(entry) || owners.delete(identityOf(entry));
    const fieldsV1 = keeps ? entry.fieldsV1 : recursiveDifference(entry.fieldsV1 ?? {}, REPLICAS);
    if (Object.keys(fieldsV1 ?? {}).length > 0) kept.push(keeps ? entry : { ...entry, fieldsV1 });
  }
  const added = [...owners.values()].map((entry) => ({ ...entry, apiVersion, fieldsV1: REPLICAS }));
  return [...kept, ...added].sort(byOperationAndTime);
}

const ownsReplicas = ({ fieldsV1 = {} }: ManagedFieldsEntry): boolean => hasField(fieldsV1, PATH);

const identityOf = ({ manager, operation, subresource }: ManagedFieldsEntry): string => JSON.stringify([manager, operation, subresource]);
