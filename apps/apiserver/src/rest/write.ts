import type { StrategyContext } from '@kubernats/api';
import { type JsonSchema, schemaRules } from '@kubernats/cel';
import { StatusError } from '@kubernats/errors';
import { RevisionConflict, type StoreKey } from '@kubernats/store';
import { type Held, Stored, serialise } from '../cache/stored.ts';
import type { PendingWrite } from '../cache/stream-cache.ts';
import type { UserInfo } from '../call.ts';
import type { Core, Place } from '../core.ts';

export const keyOf = ({ row }: Place, namespace: string, name: string): StoreKey => ({
  group: row.group,
  resource: row.plural,
  namespace,
  name,
});

const ruleProblems: StrategyContext['ruleProblems'] = (schema, at, { isStored }) =>
  schemaRules(schema as JsonSchema).check(at, { anyRuleCost: isStored });

export const strategyContext = (core: Core, user?: UserInfo): StrategyContext => ({
  nowMs: core.clock.now(),
  switches: core.switches,
  kinds: core.kinds,
  ruleProblems,
  ...(user ? { user } : {}),
});

/** Writes an object, to a free key or over `expected`. The store's own errors come through. */
export async function commit(place: Place, object: Held, expected: Stored | undefined): Promise<Stored> {
  const { namespace = '', name = '' } = object.metadata;
  const key = keyOf(place, namespace, name);
  const write: PendingWrite = { raw: serialise(object), object, stored: undefined };
  place.stream.expect(key, write);
  try {
    const revision = expected ? await place.store.update(key, write.raw, expected.revision) : await place.store.create(key, write.raw);
    return place.stream.acknowledged(key, write, revision);
  } catch (error) {
    place.stream.forget(key, write);
    throw error;
  }
}

/** Removes an object. Gives its last form, at the revision of the deletion. */
export async function commitDeletion(place: Place, current: Stored): Promise<Stored> {
  const key = keyOf(place, current.namespace, current.name);
  const write: PendingWrite = { raw: current.raw(), object: undefined, stored: undefined };
  place.stream.expect(key, write);
  try {
    return place.stream.acknowledged(key, write, await place.store.delete(key, write.raw, current.revision));
  } catch (error) {
    place.stream.forget(key, write);
    throw error;
  }
}

/** Removes an object, unless somebody writes it, or removes it, at the same moment. */
export async function removeUnlessChanged(place: Place, current: Stored): Promise<void> {
  await commitDeletion(place, current).catch((error: unknown) => {
    if (!(error instanceof RevisionConflict)) throw error;
  });
}

/** Whether a write that failed may have been done: nobody knows until the object is read again. */
export const mayHaveHappened = (error: unknown): boolean => error instanceof StatusError && error.reason === 'Timeout';

/** What a dry run shows: the object that would have been written, at the revision that is there (undefined: none is). */
export function unwritten(object: Held, revision: number | undefined): Stored {
  const { namespace = '', name = '' } = object.metadata;
  const raw = serialise(object);
  return revision === undefined ? Stored.unwritten(namespace, name, raw) : Stored.fromStore(namespace, name, revision, raw);
}
