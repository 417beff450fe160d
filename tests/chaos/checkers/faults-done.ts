import { faultInWords } from '../faults.ts';
import { entriesOf } from '../history/entries.ts';
import type { Checker } from './checker.ts';

/** What was to be done to the cluster was done, and it came back from each: else the other checkers looked at less than they seem to. */
export const faultsDone: Checker = {
  name: 'all faults done and over',
  check(history) {
    const begun = entriesOf(history, 'fault-begun').map(({ fault }) => fault);
    const ofKinds = [...Map.groupBy(begun, ({ kind }) => kind)].map(([kind, { length }]) => `${length} × ${kind}`);
    const told = new Set([...entriesOf(history, 'fault-healed'), ...entriesOf(history, 'fault-failed')].map(({ fault }) => fault.id));
    return {
      wrong: [
        ...entriesOf(history, 'fault-failed').map(({ fault, why }) => `fault ${fault.id}, ${faultInWords(fault)}: ${why}`),
        ...begun.filter(({ id }) => !told.has(id)).map((fault) => `fault ${fault.id}, ${faultInWords(fault)}: nothing is known of its end`),
      ],
      looked: ofKinds.length === 0 ? 'none' : ofKinds.join(', '),
    };
  },
};
