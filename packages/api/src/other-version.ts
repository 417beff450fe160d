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
    to: (object) => inVersion(object, row, other),
    from: (object) => inVersion(object, other, row),
  };
}

/** An object of the row `from`, as one of `to`: by way of the form that is kept, unless a webhook converts it. Throws `NotConverted`. */
export function inVersion(object: KubeObject, from: KindRow, to: KindRow): KubeObject {
  const { conversions } = to.custom ?? {};
  if (conversions) return conversions.get(object, apiVersionOf(to));
  const kept = from.storedAs ? from.storedAs.toStored(object) : object;
  return to.storedAs ? to.storedAs.fromStored(kept) : kept;
}
