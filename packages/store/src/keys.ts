import type { StoreEntry, StoreKey, StorePrefix } from './port.ts';

/** A text of its own for every key; `/` occurs in none of its parts. */
export const keyText = (key: StoreKey): string => `${key.group}/${key.resource}/${key.namespace}/${key.name}`;

export function isUnder(key: StoreKey, prefix: StorePrefix): boolean {
  return (
    key.resource === prefix.resource && key.group === prefix.group && (prefix.namespace === undefined || key.namespace === prefix.namespace)
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of lists: by namespace, then name. */
export function byKey(a: StoreEntry, b: StoreEntry): number {
  return compare(a.key.namespace, b.key.namespace) || compare(a.key.name, b.key.name);
}
