import type { KindRow } from '@kubernats/api';
import { StatusError } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import type { Core } from '../core.ts';
import { createObject } from '../rest/create-object.ts';

/**
 * The object as it would be created: defaulted, admitted and validated; nothing is written. `mayExist`: one of the name that is there is no error. Throws
 * what its creation would answer.
 */
export async function dryRun(core: Core, call: Call, row: KindRow, object: Held, mayExist: boolean): Promise<Held> {
  const { namespace, name } = object.metadata;
  const { group, version, plural: resource } = row;
  const request = { verb: 'create' as const, group, version, resource, ...(namespace && { namespace }), ...(name && { name }) };
  const creation: Call = { ...call, row, request, query: { dryRun: 'All' }, warnings: [] };
  const draft: Held = { ...structuredClone(object), apiVersion: group === '' ? version : `${group}/${version}`, kind: row.kind };
  try {
    await createObject(core, creation, draft);
  } catch (error) {
    if (!mayExist || !(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
  }
  return draft;
}
