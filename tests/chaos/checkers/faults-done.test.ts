import { expect, test } from 'vitest';
import { faultsDone } from './faults-done.ts';
import { begun, healed, historyOf } from './history.fixture.ts';

test('green: each fault was done, and is over; how many of which kind is told', () => {
  const history = historyOf(begun('scheduler'), healed('scheduler'));
  expect(faultsDone.check(history)).toEqual({ wrong: [], looked: '1 × kill' });
});

test('red: a fault that could not be done, with the reason', () => {
  const begin = begun('scheduler');
  if (begin.what !== 'fault-begun') throw new Error('not a fault');
  const history = historyOf(begin, { what: 'fault-failed', fault: begin.fault, why: 'Error: scheduler does not run' });
  expect(faultsDone.check(history).wrong).toEqual(['fault 1, kill scheduler: Error: scheduler does not run']);
});

test('red: a fault of whose end nothing is known', () => {
  expect(faultsDone.check(historyOf(begun('scheduler'))).wrong).toEqual(['fault 1, kill scheduler: nothing is known of its end']);
});
