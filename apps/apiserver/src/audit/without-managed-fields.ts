import { isJsonObject } from '@kubernats/apimachinery';

/** An object, a list or a table without who owns which field. */
export function withoutManagedFields(object: unknown): unknown {
  if (!isJsonObject(object)) return object;
  const { metadata, items, rows } = object;
  return {
    ...object,
    ...(isJsonObject(metadata) && metadata.managedFields !== undefined ? { metadata: without(metadata) } : {}),
    ...(Array.isArray(items) ? { items: items.map(withoutManagedFields) } : {}),
    ...(Array.isArray(rows)
      ? {
          rows: rows.map((row) =>
            isJsonObject(row) && row.object !== undefined ? { ...row, object: withoutManagedFields(row.object) } : row,
          ),
        }
      : {}),
  };
}

function without({ managedFields: _, ...metadata }: Record<string, unknown>): object {
  return metadata;
}
