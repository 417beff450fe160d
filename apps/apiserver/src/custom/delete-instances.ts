import { type CustomResourceDefinition, customRow, type KindRow, storageVersion } from '@kubernats/api';
import { isNotFound } from '@kubernats/errors';
import { type Core, placeOf } from '../core.ts';
import { ownCall } from '../own-call.ts';
import { deleteObject } from '../rest/delete-object.ts';

const AT_ONCE = 16;

/** Deletes all objects of a definition as anybody would (finalizers are waited for, admission is asked), even if no version is served any more. */
export async function deleteInstances(core: Core, definition: CustomResourceDefinition): Promise<void> {
  const row = customRow(definition, storageVersion(definition).name);
  const all = [...placeOf(core, row).cache.values()];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    await Promise.all(all.slice(at, at + AT_ONCE).map(({ namespace, name }) => deleteAsServer(core, row, namespace, name)));
  }
}

/** Deletes an object, unless it is gone. */
export async function deleteAsServer(core: Core, row: KindRow, namespace: string, name: string): Promise<void> {
  await deleteObject(core, ownCall(row, { verb: 'delete', namespace, name }), { namespace, name }, { isDryRun: false }).catch(ignoreGone);
}

function ignoreGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
