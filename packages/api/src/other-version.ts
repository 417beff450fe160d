import type { OtherVersion } from '@kubernats/apimachinery';
import type { KindRow } from './kind.ts';
import type { KindTable } from './kind-table.ts';
import type { KubeObject } from './object.ts';
import { apiVersionOf } from './refs.ts';
import { schemaOf } from './schema/object-schema.ts';

/** The version of `row`'s objects that is called `apiVersion`: another group or version in which the same objects are served. */
export function otherVersion(kinds: KindTable, row: KindRow, apiVersion: string): OtherVersion | undefined {
  const other = kinds.equivalents(row).find((each) => apiVersionOf(each) === apiVersion);
  if (!other) return undefined;
  return {
    schema: schemaOf(other),
    to: (object) => converted(object, row, other),
    from: (object) => converted(object, other, row),
  };
}

/** By way of the form that is kept. */
function converted(object: KubeObject, from: KindRow, to: KindRow): KubeObject {
  const kept = from.storedAs ? from.storedAs.toStored(object) : object;
  return to.storedAs ? to.storedAs.fromStored(kept) : kept;
}
