import { duplicate, type FieldPath, fieldPath, invalidValue, isJsonObject } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Structural } from '../structural.ts';

/** Lists whose elements are told apart by keys, or by themselves, have none twice. Source: the API conventions; `x-kubernetes-list-type`. */
export function validateLists(object: object, schema: Structural): Cause[] {
  const causes: Cause[] = [];
  visit(object, schema, fieldPath(), causes);
  return causes;
}

function visit(value: unknown, schema: Structural, path: FieldPath, causes: Cause[]): void {
  if (Array.isArray(value)) {
    if (schema.listType === 'set') tellTwins(value, value, path, causes);
    if (schema.listType === 'map') checkKeyed(value, schema.listMapKeys, path, causes);
    const { items } = schema;
    if (items) for (const [i, item] of value.entries()) visit(item, items, path.index(i), causes);
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      const property = schema.properties.get(name);
      if (property) visit(value[name], property, path.child(name), causes);
      else if (typeof schema.additional === 'object') visit(value[name], schema.additional, path.key(name), causes);
    }
  }
}

function checkKeyed(list: readonly unknown[], keys: readonly string[], path: FieldPath, causes: Cause[]): void {
  const wrong = list.findIndex((item) => item !== null && !isJsonObject(item));
  if (wrong !== -1) {
    causes.push(invalidValue(path.index(wrong), list[wrong], 'must be an object for an array of list-type map'));
    return;
  }
  const keysOf = (item: unknown) =>
    Object.fromEntries(keys.filter((key) => isJsonObject(item) && Object.hasOwn(item, key)).map((key) => [key, (item as never)[key]]));
  tellTwins(list.map(keysOf), list, path, causes);
}

/** Each that comes several times is told once, where it comes for the second time. */
function tellTwins(identities: readonly unknown[], list: readonly unknown[], path: FieldPath, causes: Cause[]): void {
  const times = new Map<string, number>();
  for (let i = 0; i < list.length; i++) {
    const identity = JSON.stringify(identities[i]);
    const before = times.get(identity) ?? 0;
    times.set(identity, before + 1);
    if (before === 1) causes.push(duplicate(path.index(i), identities[i]));
  }
}
