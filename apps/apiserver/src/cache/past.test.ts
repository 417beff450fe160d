import { seededRandom } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { storedOf } from './cache.fixture.ts';
import { before, type Listing } from './past.ts';
import { ResourceCache } from './resource-cache.ts';

function ids(listing: Listing, prefix = '', after = '', limit = Number.POSITIVE_INFINITY): string[] {
  const found: string[] = [];
  listing.scan(prefix, after, ({ name, revision }) => found.push(`${name}@${revision}`) < limit);
  return found;
}

test('the past of a resource is what a snapshot of then says', () => {
  const random = seededRandom(3);
  const cache = new ResourceCache({ minEvents: 1000, maxEvents: 1000, keepMs: 0 }, undefined, 0);
  const then = new Map<number, string[]>();
  for (let revision = 1; revision <= 300; revision++) {
    const name = `n${random.int(40)}`;
    cache.apply(storedOf(name, revision), random.int(3) === 0, 0);
    then.set(revision, ids(cache.snapshot()));
  }
  for (const [revision, expected] of then) {
    expect(ids(before(cache.snapshot(), cache.eventsAfter(revision))), `at ${revision}`).toEqual(expected);
  }
});

test('a page of the past ends where it is told to, and goes on behind it', () => {
  const cache = new ResourceCache({ minEvents: 100, maxEvents: 100, keepMs: 0 }, undefined, 0);
  ['a', 'b', 'c', 'd', 'e'].forEach((name, i) => cache.apply(storedOf(name, i + 1), false, 0));
  cache.apply(storedOf('a', 6), true, 0);
  cache.apply(storedOf('c', 7), true, 0);
  cache.apply(storedOf('e', 8), true, 0);
  cache.apply(storedOf('bb', 9), false, 0);
  const past = before(cache.snapshot(), cache.eventsAfter(5));
  expect(ids(past, '', '', 2)).toEqual(['a@1', 'b@2']);
  expect(ids(past, 'ns/', 'ns/b', 2)).toEqual(['c@3', 'd@4']);
  expect(ids(past, 'ns/', 'ns/d', 2)).toEqual(['e@5']);
  expect(ids(past, 'other/')).toEqual([]);
});
