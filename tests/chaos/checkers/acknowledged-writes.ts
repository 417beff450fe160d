import { type Entry, entriesOf, type Write } from '../history/entries.ts';
import { isOf } from '../history/observed.ts';
import type { Checker } from './checker.ts';

/** What is stored in the end follows from the writes that were acknowledged, and from those after the last of them that got no answer. */
export const acknowledgedWrites: Checker = {
  name: 'no acknowledged write lost',
  check(history) {
    const writes = entriesOf(history, 'write');
    const stored = new Map(storedConfigMaps(history).map(({ name, value }) => [name, value]));
    const wrong = [...Map.groupBy(writes, ({ name }) => name)].flatMap(([name, ofOne]) => {
      const possible = possibleEnds(ofOne);
      const value = stored.get(name);
      return possible.has(value)
        ? []
        : [`${name}: ${inWords(value)} is stored, but it can only be ${[...possible].map(inWords).join(' or ')}`];
    });
    const written = new Set(writes.map(({ name }) => name));
    const strange = [...stored.keys()].filter((name) => !written.has(name)).map((name) => `${name} is stored, and nobody wrote it`);
    const acknowledged = writes.filter(({ outcome }) => outcome === 'acknowledged').length;
    return { wrong: [...wrong, ...strange], looked: `${acknowledged} writes acknowledged, ${writes.length - acknowledged} not` };
  },
};

/** Of the run at its end; each namespace has one of the cluster's own as well, which has no value. */
const storedConfigMaps = (history: readonly Entry[]) =>
  (entriesOf(history, 'state').at(-1)?.objects ?? []).filter(isOf('ConfigMap')).filter(({ value }) => !Number.isNaN(value));

/** Values that the object may have; undefined: it is not there. */
function possibleEnds(writes: readonly Write[]): Set<number | undefined> {
  let possible = new Set<number | undefined>([undefined]);
  for (const { verb, value, outcome } of writes) {
    const after = verb === 'delete' ? undefined : value;
    if (outcome === 'acknowledged') possible = new Set([after]);
    else if (outcome === 'unknown') possible.add(after);
  }
  return possible;
}

const inWords = (value: number | undefined): string => (value === undefined ? 'nothing' : `value ${value}`);
