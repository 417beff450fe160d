import { describe, expect, test } from 'vitest';
import type { Event } from '../history/entries.ts';
import { added, an, deleted, historyOf, listed, modified, state, wrote } from './history.fixture.ts';
import { watchHistories } from './watch-histories.ts';

const at = (revision: number, uid = 'a') => an('ConfigMap', 'a', revision, { uid });
const check = (...events: Event[]): readonly string[] => watchHistories.check(historyOf(...events)).wrong;

describe('watch histories without gaps', () => {
  const good: Record<string, Event[]> = {
    'an object comes, changes and goes': [listed('ConfigMap', 1), added(at(2)), modified(at(3)), deleted(at(4)), state()],
    'a name is used again': [added(at(2)), deleted(at(3)), added(at(4, 'b')), state(at(4, 'b'))],
    'a list stands for what was missed': [added(at(2)), listed('ConfigMap', 5, at(4)), modified(at(6)), state(at(6))],
    'a write that was told of': [added(at(2)), wrote('create', 'a', 1, 'acknowledged', 2), state(at(2))],
    'a write that a list stands for': [listed('ConfigMap', 5, at(4)), wrote('create', 'a', 1, 'acknowledged', 3), state(at(4))],
  };
  test.each(Object.entries(good))('green: %s', (_, events) => expect(check(...events)).toEqual([]));

  const bad: Record<string, [Event[], RegExp]> = {
    'revisions go back': [[added(at(5)), modified(at(4)), state(at(4))], /MODIFIED ConfigMap a at revision 4: comes after revision 5/],
    'an event comes twice': [[added(at(2)), modified(at(3)), modified(at(3)), state(at(3))], /comes after revision 3/],
    'a creation is missing': [[listed('ConfigMap', 1), modified(at(3)), state(at(3))], /MODIFIED .*: it was not there/],
    'a deletion is missing': [[added(at(2)), added(at(4, 'b')), state(at(4, 'b'))], /ADDED .*: it was there already, since revision 2/],
    'another one takes its place': [[added(at(2)), modified(at(4, 'b')), state(at(4, 'b'))], /it was another one, a/],
    'the last change is missing': [[added(at(2)), state(at(3))], /its last event was of revision 2, and revision 3 is stored/],
    'the last deletion is missing': [[added(at(2)), state()], /its last event was of revision 2, and revision none is stored/],
    'a write is missing': [
      [added(at(2)), wrote('update', 'a', 1, 'acknowledged', 3), modified(at(4)), state(at(4))],
      /update was acknowledged as revision 3, and no watch told of it/,
    ],
    'a list is older than what was told': [[added(at(5)), listed('ConfigMap', 4), state()], /a list of revision 4 after an event of 5/],
  };
  test.each(Object.entries(bad))('red: %s', (_, [events, wrong]) => {
    expect(check(...events)).toEqual([expect.stringMatching(wrong)]);
  });
});
