import { describe, expect, test } from 'vitest';
import type { Event } from '../history/entries.ts';
import { acknowledgedWrites } from './acknowledged-writes.ts';
import { an, historyOf, state, wrote } from './history.fixture.ts';

const created = wrote('create', 'a', 1, 'acknowledged');
const stored = (value: number): Event => state(an('ConfigMap', 'a', 9, { value }));
const NOTHING = state();

describe('no acknowledged write lost', () => {
  const good: Record<string, Event[]> = {
    'what was created is there': [created, stored(1)],
    'what was updated has the new value': [created, wrote('update', 'a', 2, 'acknowledged'), stored(2)],
    'what was deleted is not there': [created, wrote('delete', 'a', 2, 'acknowledged'), NOTHING],
    'an update without an answer was done': [created, wrote('update', 'a', 2, 'unknown'), stored(2)],
    'an update without an answer was not done': [created, wrote('update', 'a', 2, 'unknown'), stored(1)],
    'a creation without an answer was not done': [wrote('create', 'a', 1, 'unknown'), NOTHING],
    'a refused update was not done': [created, wrote('update', 'a', 2, 'refused'), stored(1)],
    'a ConfigMap of the cluster itself is no matter': [state(an('ConfigMap', 'kube-root-ca.crt', 1, { value: Number.NaN }))],
  };
  test.each(Object.entries(good))('green: %s', (_, events) => {
    expect(acknowledgedWrites.check(historyOf(...events)).wrong).toEqual([]);
  });

  const bad: Record<string, [Event[], string]> = {
    'what was created is not there': [[created, NOTHING], 'a: nothing is stored, but it can only be value 1'],
    'an update is lost': [
      [created, wrote('update', 'a', 2, 'acknowledged'), stored(1)],
      'a: value 1 is stored, but it can only be value 2',
    ],
    'a deletion is lost': [
      [created, wrote('delete', 'a', 2, 'acknowledged'), stored(1)],
      'a: value 1 is stored, but it can only be nothing',
    ],
    'an update without an answer is done after a later one': [
      [created, wrote('update', 'a', 2, 'unknown'), wrote('update', 'a', 3, 'acknowledged'), stored(2)],
      'a: value 2 is stored, but it can only be value 3',
    ],
    'a refused update is done': [
      [created, wrote('update', 'a', 2, 'refused'), stored(2)],
      'a: value 2 is stored, but it can only be value 1',
    ],
    'something is there that nobody wrote': [[stored(1)], 'a is stored, and nobody wrote it'],
  };
  test.each(Object.entries(bad))('red: %s', (_, [events, wrong]) => {
    expect(acknowledgedWrites.check(historyOf(...events)).wrong).toEqual([wrong]);
  });
});
