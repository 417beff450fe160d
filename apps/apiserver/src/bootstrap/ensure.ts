import { type KindRow, type KubeObject, kindByGvk } from '@kubernats/api';
import { copyJson } from '@kubernats/apimachinery';
import { isAlreadyExists } from '@kubernats/errors';
import type { Held, Stored } from '../cache/stored.ts';
import { type Core, placeOf } from '../core.ts';
import { ownCall } from '../own-call.ts';
import { createObject } from '../rest/create-object.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { decideUpdate } from '../rest/update-object.ts';

/** Makes sure that an object is there. `outdated` says whether the one that is there is to be replaced. */
export async function ensure(core: Core, object: KubeObject, outdated: (stored: Stored) => boolean = () => false): Promise<void> {
  const row = rowOf(object);
  const { namespace = '', name = '' } = object.metadata ?? {};
  const place = placeOf(core, row);
  const there = place.cache.get(namespace, name);
  if (there && !outdated(there)) return;
  const call = ownCall(row, { verb: 'create', namespace, name });
  if (!there) {
    try {
      await createObject(core, call, copyJson(held(object)));
      return;
    } catch (error) {
      // Another API server starts at the same time.
      if (!isAlreadyExists(error)) throw error;
    }
  }
  await modifyObject(core, place, { namespace, name, dryRun: false }, (current) =>
    outdated(current)
      ? decideUpdate(core, call, current, merged(current, object), { subresource: undefined, warnings: [] })
      : { do: 'keep' },
  );
}

const held = (object: KubeObject): Held => ({ ...object, metadata: object.metadata ?? {} });

/** Labels and annotations that others put on the object stay. */
function merged(current: Stored, object: KubeObject): Held {
  const { labels, annotations } = current.object.metadata;
  const next = copyJson(held(object));
  // Some kinds are not updated by who does not say what they have seen (Leases).
  next.metadata.resourceVersion = String(current.revision);
  next.metadata.labels = { ...labels, ...next.metadata.labels };
  next.metadata.annotations = { ...annotations, ...next.metadata.annotations };
  next.metadata.ownerReferences = current.object.metadata.ownerReferences;
  next.metadata.finalizers = current.object.metadata.finalizers;
  return next;
}

function rowOf({ apiVersion = '', kind = '' }: KubeObject): KindRow {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const row = kindByGvk(group, version, kind);
  if (!row) throw new Error(`the table of kinds has no ${kind} in ${apiVersion}`);
  return row;
}
