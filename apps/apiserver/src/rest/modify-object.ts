import { notFound, StatusError } from '@kubernats/errors';
import { RevisionConflict } from '@kubernats/store';
import type { Claim } from '../allocate/allocators.ts';
import type { Held, Stored } from '../cache/stored.ts';
import { type Core, named, type Place } from '../core.ts';
import { commit, commitDeletion, mayHaveHappened, unwritten } from './write.ts';

/** What is to become of an object. */
export type Change = { do: 'keep' } | { do: 'write'; object: Held; claim?: Claim } | { do: 'remove' };

export interface Modified {
  stored: Stored;
  removed: boolean;
}

const MAX_TRIES = 64;

/**
 * Reads, decides, writes with compare-and-set, and begins again when somebody else was faster. The first read is from the
 * cache, which may be a moment old: a refusal or a "nothing to do" that is based on it is checked against a current read. `decide` may
 * be called several times and must not change `current`.
 */
export async function modifyObject(
  core: Core,
  place: Place,
  where: { namespace: string; name: string; dryRun: boolean },
  decide: (current: Stored) => Change | Promise<Change>,
): Promise<Modified> {
  const { stream, cache, row } = place;
  const { namespace, name, dryRun } = where;
  // The write has happened, so that is the answer; what it gave up is found again when a server starts.
  const noticed = (error: unknown) => core.log.warn({ error, namespace, name }, 'what an object had could not be given back');
  let current = cache.get(namespace, name);
  let isCurrent = false;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (!current) {
      if (isCurrent) throw notFound(named(row), name);
      await stream.fresh();
      current = cache.get(namespace, name);
      isCurrent = true;
      continue;
    }
    let change: Change | undefined;
    let refusal: unknown;
    try {
      if (place.conversion) await place.conversion.prepareAnew(current.object);
      change = await decide(current);
    } catch (error) {
      if (isCurrent || !(error instanceof StatusError)) throw error;
      refusal = error;
    }
    if (!change || change.do === 'keep') {
      if (isCurrent) return { stored: current, removed: false };
      await stream.fresh();
      const now = cache.get(namespace, name);
      if (now === current && refusal !== undefined) throw refusal;
      if (now === current) return { stored: current, removed: false };
      current = now;
      isCurrent = true;
      continue;
    }
    try {
      if (dryRun) return dry(change, current);
      if (change.do === 'remove') {
        const stored = await commitDeletion(place, current);
        await core.allocators.release(row, current.object).catch(noticed);
        return { stored, removed: true };
      }
      const stored = await commit(place, change.object, current);
      await change.claim?.settle().catch(noticed);
      return { stored, removed: false };
    } catch (error) {
      if (change.do === 'write' && !mayHaveHappened(error)) await change.claim?.undo();
      if (!(error instanceof RevisionConflict)) throw error;
      if (error.current) await stream.waitFor(error.current.revision);
      else await stream.fresh();
      current = cache.get(namespace, name);
      isCurrent = true;
    }
  }
  throw new StatusError('ServerTimeout', `the object ${named(row).resource} "${name}" changes too fast`, { retryAfterSeconds: 1 });
}

function dry(change: Change, current: Stored): Modified {
  if (change.do === 'write') return { stored: unwritten(change.object, current.revision), removed: false };
  return { stored: current, removed: change.do === 'remove' };
}
