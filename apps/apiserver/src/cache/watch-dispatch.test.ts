import { expired } from '@kubernats/errors';
import { expect, test } from 'vitest';
import { added, changed, deleted, EVERYTHING, storedOf } from './cache.fixture.ts';
import type { CacheEvent } from './event.ts';
import type { Selection } from './selection.ts';
import type { Held, Stored } from './stored.ts';
import { selected, WatchDispatch } from './watch-dispatch.ts';

const nodeOf = ({ object }: Stored) => (object as Held & { spec?: { nodeName?: string } }).spec?.nodeName ?? '';
const red: Selection = { ...EVERYTHING, key: 'red', everything: false, matches: ({ object }) => object.metadata.labels?.color === 'red' };
const r = (revision: number) => storedOf('a', revision, { labels: { color: 'red' } });
const b = (revision: number) => storedOf('a', revision, { labels: { color: 'blue' } });

test.each<[string, CacheEvent, string | undefined]>([
  ['a red one comes', added(r(1)), 'ADDED 1 red'],
  ['a blue one comes', added(b(1)), undefined],
  ['red stays red', changed(r(2), r(1)), 'MODIFIED 2 red'],
  ['blue becomes red', changed(r(2), b(1)), 'ADDED 2 red'],
  ['red becomes blue: its last red form, at the revision of the change', changed(b(2), r(1)), 'DELETED 2 red'],
  ['blue stays blue', changed(b(2), b(1)), undefined],
  ['a red one goes', deleted(r(2), r(1)), 'DELETED 2 red'],
  ['a blue one goes', deleted(b(2), b(1)), undefined],
])('who watches what is red: %s', (_, event, expected) => {
  const seen = selected(red, event);
  expect(seen && `${seen.type} ${seen.stored.object.metadata.resourceVersion} ${seen.stored.object.metadata.labels?.color}`).toBe(expected);
});

test('a change reaches those it may concern: by name, by namespace, by the indexed field before and after', () => {
  const dispatch = new WatchDispatch({ path: 'spec.nodeName', valueOf: nodeOf });
  const seen: string[] = [];
  const watch = (who: string, selection: Partial<Selection>) =>
    dispatch.subscribe(
      { ...EVERYTHING, ...selection },
      { change: (type, stored) => seen.push(`${who} ${type} ${stored.name}`), lost: () => seen.push(`${who} lost`) },
    );
  watch('all', {});
  const leave = watch('ns', { namespace: 'ns' });
  watch('other', { namespace: 'other', matches: ({ namespace }) => namespace === 'other' });
  watch('a', { name: 'a', matches: ({ name }) => name === 'a' });
  watch('n1', { indexed: 'n1', matches: (stored) => nodeOf(stored) === 'n1' });
  watch('n2', { indexed: 'n2', matches: (stored) => nodeOf(stored) === 'n2' });
  const take = () => seen.splice(0).sort();
  const first = storedOf('a', 1, { node: 'n1' });
  dispatch.dispatch(added(first));
  expect(take()).toEqual(['a ADDED a', 'all ADDED a', 'n1 ADDED a', 'ns ADDED a']);
  dispatch.dispatch(changed(storedOf('a', 2, { node: 'n2' }), first));
  expect(take()).toEqual(['a MODIFIED a', 'all MODIFIED a', 'n1 DELETED a', 'n2 ADDED a', 'ns MODIFIED a']);
  leave();
  dispatch.dispatch(added(storedOf('b', 3)));
  expect(take()).toEqual(['all ADDED b']);
  dispatch.lose(expired('gone'));
  expect(take()).toEqual(['a lost', 'all lost', 'n1 lost', 'n2 lost', 'other lost']);
  dispatch.dispatch(added(storedOf('c', 4)));
  expect(take()).toEqual([]);
});
