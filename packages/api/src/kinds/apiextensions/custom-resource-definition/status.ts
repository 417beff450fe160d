import type { CustomResourceDefinition } from '../../../../generated/types.ts';

/** A new definition has no names yet, and keeps objects in its storage version. */
export function beginStatus(definition: CustomResourceDefinition): void {
  definition.status = { acceptedNames: { plural: '', kind: '' } };
  noteStorageVersion(definition);
}

/** Objects may be kept in every version that was the storage version once. */
export function noteStorageVersion(definition: CustomResourceDefinition): void {
  const storedVersions = definition.status?.storedVersions ?? [];
  const added = (definition.spec?.versions ?? []).filter(({ name, storage }) => storage && !storedVersions.includes(name));
  if (added.length === 0) return;
  definition.status = { ...definition.status, storedVersions: [...storedVersions, ...added.map(({ name }) => name)] };
}

/** An update of the status leaves everything else as it was, labels and annotations included. */
export function keepMetadata(draft: CustomResourceDefinition, old: CustomResourceDefinition): void {
  const { labels, annotations, finalizers } = old.metadata ?? {};
  draft.metadata = { ...draft.metadata, labels, annotations, finalizers };
}
