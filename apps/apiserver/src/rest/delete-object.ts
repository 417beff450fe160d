import type { DeleteOptions, KindRow } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { conflict } from '@kubernats/errors';
import type { Held, Stored } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { propagationFinalizer } from './delete-options.ts';
import { specFinalizers } from './finalizers.ts';
import { type Change, type Modified, modifyObject } from './modify-object.ts';
import { strategyContext } from './write.ts';

/** Deletes one object, or begins to: grace periods and finalizers come first. `mark` says on it why, where it stays for a while. */
export async function deleteObject(
  core: Core,
  call: Call,
  where: { namespace: string; name: string },
  options: DeleteOptions & { isDryRun: boolean },
  mark: (object: Held) => Held = (object) => object,
): Promise<Modified> {
  const place = placeOf(core, call.row);
  const deletion = { ...call, deletion: options };
  return modifyObject(core, place, { ...where, dryRun: options.isDryRun }, async (current) => {
    checkPreconditions(call.row, current, options);
    await core.admission.validate(core, deletion, undefined, current.object);
    const kept = core.kinds.stored(call.row);
    return decideDeletion(kept, beforeDeletion(core, kept, mark(current.object)), options, core.clock.now());
  });
}

function beforeDeletion(core: Core, row: KindRow, object: Held): Held {
  const next = row.strategy.beforeDeletion?.(object, strategyContext(core));
  return next ? { ...next, metadata: next.metadata ?? object.metadata } : object;
}

function checkPreconditions(row: KindRow, current: Stored, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const there = current.object.metadata.uid ?? '';
  if (uid !== undefined && uid !== there) {
    throw conflict(
      named(row),
      current.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${there}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== String(current.revision)) {
    throw conflict(
      named(row),
      current.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${current.revision}). The object might have been modified`,
    );
  }
}

/** What a deletion does to an object as it is now. Source: graceful deletion and finalizers of the API conventions. */
export function decideDeletion(row: KindRow, old: Held, options: DeleteOptions, nowMs: number): Change {
  const graceSeconds = row.strategy.gracePeriodSeconds?.(old, options.gracePeriodSeconds ?? undefined) ?? 0;
  const finalizers = finalizersAfter(row, old.metadata.finalizers ?? [], options);
  const held = finalizers.length > 0 || specFinalizers(row, old).length > 0;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = old.metadata;
  const deleting = deletionTimestamp !== undefined;
  if (graceSeconds === 0 && !held) return { do: 'remove' };
  const sameFinalizers = finalizers.join() === (old.metadata.finalizers ?? []).join();
  // A second deletion may only shorten the time that is left.
  if (deleting && sameFinalizers && graceSeconds >= deletionGracePeriodSeconds) return { do: 'keep' };
  const grace = deleting ? Math.min(graceSeconds, deletionGracePeriodSeconds) : graceSeconds;
  const at = deleting && grace === deletionGracePeriodSeconds ? deletionTimestamp : rfc3339(nowMs + grace * 1000);
  const { resourceVersion: _, ...metadata } = old.metadata;
  const next: Held = {
    ...old,
    metadata: {
      ...metadata,
      ...(deleting || old.metadata.generation === undefined ? {} : { generation: old.metadata.generation + 1 }),
      deletionTimestamp: at,
      deletionGracePeriodSeconds: grace,
      finalizers: finalizers.length > 0 ? finalizers : undefined,
    },
  };
  row.strategy.prepareForDeletion?.(next);
  return { do: 'write', object: next };
}

const PROPAGATION: readonly string[] = ['orphan', 'foregroundDeletion'];

/** The policy's own finalizer replaces the other policy's; without a policy what is there stays, else the kind's default holds. */
function finalizersAfter({ strategy }: KindRow, now: readonly string[], options: DeleteOptions): string[] {
  const wanted = propagationFinalizer(options);
  const others = now.filter((each) => !PROPAGATION.includes(each));
  if (wanted === undefined) return strategy.orphansByDefault && others.length === now.length ? [...now, 'orphan'] : [...now];
  return wanted === 'none' ? others : [...others, wanted];
}
