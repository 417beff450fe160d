import { expect, test } from 'vitest';
import { added, storedOf } from './cache.fixture.ts';
import { EventRing } from './event-ring.ts';

const ring = (floor = 0) => new EventRing({ minEvents: 3, maxEvents: 5, keepMs: 100 }, floor);
const event = (revision: number) => added(storedOf(`n${revision}`, revision));
const revisions = (of: EventRing, after: number) => of.after(after).map((each) => each.revision);

test('a watch may begin at every revision from the floor on', () => {
  const events = ring(4);
  expect(events.floor).toBe(4);
  for (const revision of [6, 7, 9]) events.push(event(revision), 0);
  expect(revisions(events, 4)).toEqual([6, 7, 9]);
  expect(revisions(events, 6)).toEqual([7, 9]);
  expect(revisions(events, 8)).toEqual([9]);
  expect(revisions(events, 9)).toEqual([]);
  expect(events.floor).toBe(4);
});

test('what is old goes, except for the least that is kept', () => {
  const events = ring();
  for (const revision of [1, 2, 3, 4]) events.push(event(revision), 0);
  events.push(event(5), 101);
  expect(revisions(events, events.floor)).toEqual([3, 4, 5]);
  expect(events.floor).toBe(2);
});

test('what is young goes when there is too much of it', () => {
  const events = ring();
  for (let revision = 1; revision <= 1000; revision++) events.push(event(revision), 0);
  expect(revisions(events, events.floor)).toEqual([996, 997, 998, 999, 1000]);
  expect(events.floor).toBe(995);
});
