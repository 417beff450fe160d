import type { StatusObject } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import type { Core } from '../core.ts';
import { deleteObject } from '../rest/delete-object.ts';
import { deleteOptionsOf } from '../rest/delete-options.ts';

/** DELETE of one object. */
export async function deleteOne(core: Core, call: Call): Promise<Result> {
  const { row } = call;
  const { namespace = '', name = '' } = call.request;
  const options = await deleteOptionsOf(call);
  const { stored, removed } = await deleteObject(core, call, { namespace, name }, options);
  if (!removed) return { type: 'stored', code: options.orphanDependents === false ? 202 : 200, stored };
  if (row.strategy.returnsDeleted) return { type: 'stored', code: 200, stored };
  return { type: 'status', code: 200, object: success(call, stored) };
}

function success({ row }: Call, stored: Stored): StatusObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: stored.name,
      ...(row.group === '' ? {} : { group: row.group }),
      kind: row.plural,
      uid: stored.object.metadata.uid ?? '',
    },
    code: 200,
  };
}
