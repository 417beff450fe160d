import { type Entry, entriesOf } from '../history/entries.ts';
import type { Observed, ObservedKind } from '../history/observed.ts';
import { OBSERVED_KINDS } from '../history/observed.ts';
import type { Checker } from './checker.ts';

/**
 * What a watch told is whole: its revisions rise, an object is added once before it changes and is deleted once, each acknowledged write is among what was told
 * (but for those that a list took the place of), and what follows from all of it is what is stored in the end.
 */
export const watchHistories: Checker = {
  name: 'watch histories without gaps',
  check(history) {
    const results = OBSERVED_KINDS.map((kind) => checkKind(kind, history));
    const sum = (of: (result: (typeof results)[number]) => number): number => results.reduce((total, result) => total + of(result), 0);
    return {
      wrong: results.flatMap(({ wrong }) => wrong),
      looked: `${sum(({ events }) => events)} events, ${sum(({ lists }) => lists)} lists`,
    };
  },
};

function checkKind(kind: ObservedKind, history: readonly Entry[]): { wrong: string[]; events: number; lists: number } {
  const wrong: string[] = [];
  const there = new Map<string, Observed>();
  const told = new Set<number>();
  /** Revisions that a list stands for: after the first, up to and with the last of them. */
  const skipped: { after: number; to: number }[] = [];
  let last = 0;
  let [events, lists] = [0, 0];

  for (const entry of history) {
    if (entry.what === 'watch-listed' && entry.kind === kind) {
      lists++;
      if (entry.revision < last) wrong.push(`${kind}: a list of revision ${entry.revision} after an event of ${last}`);
      skipped.push({ after: last, to: entry.revision });
      there.clear();
      for (const object of entry.objects) there.set(object.name, object);
      last = entry.revision;
    } else if (entry.what === 'watch-event' && entry.object.kind === kind) {
      events++;
      const { object, type } = entry;
      const before = there.get(object.name);
      const event = `${type} ${kind} ${object.name} at revision ${object.revision}`;
      if (object.revision <= last) wrong.push(`${event}: comes after revision ${last}`);
      if (type === 'ADDED' && before) wrong.push(`${event}: it was there already, since revision ${before.revision}`);
      if (type !== 'ADDED' && !before) wrong.push(`${event}: it was not there`);
      if (type !== 'ADDED' && before && before.uid !== object.uid) wrong.push(`${event}: it was another one, ${before.uid}`);
      last = Math.max(last, object.revision);
      told.add(object.revision);
      if (type === 'DELETED') there.delete(object.name);
      else there.set(object.name, object);
    }
  }
  for (const { verb, name, revision } of entriesOf(history, 'write').filter((write) => write.kind === kind)) {
    if (revision === undefined || told.has(revision) || skipped.some(({ after, to }) => revision > after && revision <= to)) continue;
    wrong.push(`${kind} ${name}: ${verb} was acknowledged as revision ${revision}, and no watch told of it`);
  }
  for (const { objects } of entriesOf(history, 'state')) wrong.push(...differences(kind, there, objects));
  return { wrong, events, lists };
}

function differences(kind: ObservedKind, there: ReadonlyMap<string, Observed>, objects: readonly Observed[]): string[] {
  const stored = new Map(objects.filter((object) => object.kind === kind).map((object) => [object.name, object]));
  return [...new Set([...there.keys(), ...stored.keys()])].flatMap((name) => {
    const [watched, listed] = [there.get(name)?.revision, stored.get(name)?.revision];
    // What changes by itself, such as a node's status, may have done so since the last event, and since it was listed.
    if (watched !== undefined && listed !== undefined && kind === 'Node') return [];
    return watched === listed
      ? []
      : [`${kind} ${name}: its last event was of revision ${watched ?? 'none'}, and revision ${listed ?? 'none'} is stored`];
  });
}
