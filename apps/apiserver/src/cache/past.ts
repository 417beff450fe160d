import type { CacheEvent } from './event.ts';
import type { Snapshot } from './sorted-list.ts';
import type { Stored } from './stored.ts';

/** What can be listed: a snapshot, or the past made from one. */
export type Listing = Pick<Snapshot<Stored>, 'scan'>;

/** The resource as it was before `events`, the latest that happened to `now`. Costs as much as there are events. */
export function before(now: Listing, events: readonly CacheEvent[]): Listing {
  if (events.length === 0) return now;
  const then = new Map<string, Stored | undefined>();
  for (const { stored, previous } of events) if (!then.has(stored.id)) then.set(stored.id, previous);
  const restored = [...then.values()].filter((each) => each !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    scan(prefix, after, visit) {
      let next = 0;
      let goesOn = true;
      const upTo = (id: string | undefined): void => {
        for (; goesOn && next < restored.length; next++) {
          const each = restored[next] as Stored;
          if (id !== undefined && each.id > id) return;
          if (each.id.startsWith(prefix) && each.id > after) goesOn = visit(each);
        }
      };
      now.scan(prefix, after, (stored) => {
        upTo(stored.id);
        if (goesOn && !then.has(stored.id)) goesOn = visit(stored);
        return goesOn;
      });
      upTo(undefined);
    },
  };
}
