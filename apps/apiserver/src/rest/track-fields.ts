import { apiVersionOf, type KindRow, otherVersion, schemaOf } from '@kubernats/api';
import { deepEqual, type ManagedFieldsEntry, managerName, updateManagedFields } from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { ConversionFailure } from '../conversion/ask-conversion.ts';
import type { Core } from '../core.ts';
import { inVersions } from './in-versions.ts';

/** What a set of fields is kept in, and what a request cannot change: the same for every write to a kind. */
export function fieldsContext(core: Core, row: KindRow, subresource: string | undefined) {
  return {
    apiVersion: apiVersionOf(row),
    subresource,
    time: rfc3339(core.clock.now()),
    schema: schemaOf(row),
    ignore: subresource === 'status' ? ['spec'] : row.hasStatus && subresource === undefined ? ['status'] : [],
    findVersion: (apiVersion: string) => otherVersion(core.kinds, row, apiVersion),
  };
}

/** The managedFields after a write by this call, of objects in the version that was asked for. */
export function trackFields(
  core: Core,
  call: Call,
  old: Held | undefined,
  next: Held,
  subresource: string | undefined,
): ManagedFieldsEntry[] {
  const manager = managerName(call.query.fieldManager, call.userAgent);
  return updateManagedFields({ ...fieldsContext(core, call.row, subresource), old, next, manager, operation: 'Update' });
}

/**
 * As `trackFields`, for a write to what is there: who owns fields in other versions is found out with the kind's conversion webhook, if it has one. When that
 * fails, as in Kubernetes, nobody owns anything any more, and the write goes on.
 */
export function trackChange(
  core: Core,
  call: Call,
  old: Held,
  next: Held,
  subresource: string | undefined,
): ManagedFieldsEntry[] | Promise<ManagedFieldsEntry[]> {
  const track = () => trackFields(core, call, old, next, subresource);
  if (!call.row.custom?.conversions) return track();
  return Promise.resolve(inVersions(core, call.row, track)).catch((error: unknown) => {
    if (!(error instanceof ConversionFailure)) throw error;
    core.log.warn(
      { error, resource: call.row.plural, name: old.metadata.name },
      'the owners of the fields of an object cannot be told any more',
    );
    return [];
  });
}

/** Says in an object who owns its fields; where nobody does, nothing. */
export function setManagers({ metadata }: Held, managedFields: ManagedFieldsEntry[]): void {
  metadata.managedFields = managedFields.length > 0 ? managedFields : undefined;
}

/** Whether the same managers own the same fields: when they wrote does not count. */
export function sameManagers(a: readonly object[] | undefined, b: readonly object[] | undefined): boolean {
  if (a === b) return true;
  return deepEqual((a ?? []).map(withoutTime), (b ?? []).map(withoutTime));
}

const withoutTime = (entry: object): object => ({ ...entry, time: undefined });
