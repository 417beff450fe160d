// The two halves of a kind with a status: people write the spec, controllers the status, and neither touches the other's.
import type { Strategy } from '../kind.ts';
import type { KubeObject } from '../object.ts';

type WithStatus = KubeObject & { status?: unknown };

/** After an update of `status`: everything else is as it was, but for metadata, where only the owners are kept. */
export function keepAllButStatus(draft: KubeObject, old: KubeObject): void {
  const target = draft as Record<string, unknown>;
  const source = old as Record<string, unknown>;
  for (const field of new Set([...Object.keys(draft), ...Object.keys(old)])) {
    if (field === 'status' || field === 'metadata' || field === 'apiVersion' || field === 'kind') continue;
    if (source[field] === undefined) delete target[field];
    else target[field] = source[field];
  }
  if (!draft.metadata) return;
  if (old.metadata?.ownerReferences) draft.metadata.ownerReferences = old.metadata.ownerReferences;
  else delete draft.metadata.ownerReferences;
}

/** Adds to a strategy what follows from having a status. */
export function withStatusHalves<T extends KubeObject>(strategy: Strategy<T>, createdWithStatus: boolean): Strategy<T> {
  const { prepareForCreate, prepareForUpdate, prepareForStatusUpdate } = strategy;
  return {
    ...strategy,
    prepareForCreate(draft, context) {
      if (!createdWithStatus) delete (draft as WithStatus).status;
      prepareForCreate?.(draft, context);
    },
    prepareForUpdate(draft, old, context) {
      const target: WithStatus = draft;
      const { status } = old as WithStatus;
      if (status === undefined) delete target.status;
      else target.status = status;
      prepareForUpdate?.(draft, old, context);
    },
    prepareForStatusUpdate(draft, old, context) {
      keepAllButStatus(draft, old);
      prepareForStatusUpdate?.(draft, old, context);
    },
  };
}
