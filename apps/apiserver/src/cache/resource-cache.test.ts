import { expect, test } from 'vitest';
import { EVERYTHING, storedOf } from './cache.fixture.ts';
import { type FieldIndex, ResourceCache } from './resource-cache.ts';
import type { Held } from './stored.ts';

const INDEX: FieldIndex = {
  path: 'spec.nodeName',
  valueOf: ({ object }) => (object as Held & { spec?: { nodeName?: string } }).spec?.nodeName ?? '',
};
const cacheOf = () => new ResourceCache({ minEvents: 10, maxEvents: 10, keepMs: 0 }, INDEX, 0);
const onNode = (cache: ResourceCache, node: string) => [...cache.withField(node)].map(({ name }) => name).sort();

test('objects are found by their indexed field as it is now', () => {
  const cache = cacheOf();
  cache.apply(storedOf('a', 1), false, 0);
  cache.apply(storedOf('b', 2, { node: 'n1' }), false, 0);
  cache.apply(storedOf('c', 3, { node: 'n1' }), false, 0);
  cache.apply(storedOf('a', 4, { node: 'n1' }), false, 0);
  cache.apply(storedOf('b', 5, { node: 'n2' }), false, 0);
  expect([onNode(cache, 'n1'), onNode(cache, 'n2')]).toEqual([['a', 'c'], ['b']]);
  cache.apply(storedOf('b', 6, { node: 'n2' }), true, 0);
  expect(onNode(cache, 'n2')).toEqual([]);
});

test('an object that was deleted and made again between two looks is seen to go before it comes', () => {
  const cache = cacheOf();
  const seen: string[] = [];
  cache.watches.subscribe(EVERYTHING, {
    change: (type, stored) => seen.push(`${type} ${stored.object.metadata.uid}@${stored.revision}`),
    lost: () => {},
  });
  cache.apply(storedOf('a', 1, { uid: 'first' }), false, 0);
  cache.apply(storedOf('a', 5, { uid: 'second' }), false, 0);
  expect(seen).toEqual(['ADDED first@1', 'DELETED first@4', 'ADDED second@5']);
});

test('a deletion of what was never here is no event', () => {
  const cache = cacheOf();
  cache.apply(storedOf('a', 1), true, 0);
  expect(cache.eventsAfter(0)).toEqual([]);
});
