import { seededRandom } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { type Snapshot, SortedList } from './sorted-list.ts';

interface Item {
  id: string;
  value: number;
}

function all(list: SortedList<Item> | Snapshot<Item>, prefix = '', after = ''): Item[] {
  const found: Item[] = [];
  const snapshot = list instanceof SortedList ? list.snapshot() : list;
  snapshot.scan(prefix, after, (item) => found.push(item) > 0);
  return found;
}

test('a list of thousands, changed at random, is always what a plain map says, and its snapshots stay as they were', () => {
  const random = seededRandom(7);
  const list = new SortedList<Item>();
  const model = new Map<string, Item>();
  const kept: [Snapshot<Item>, Item[]][] = [];
  const sorted = () => [...model.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (let step = 0; step < 6000; step++) {
    const id = `ns${random.int(3)}/n${random.int(1500)}`;
    if (random.int(3) === 0) {
      list.delete(id);
      model.delete(id);
    } else {
      const item = { id, value: step };
      list.set(item);
      model.set(id, item);
    }
    if (step % 1500 === 0) kept.push([list.snapshot(), sorted()]);
  }
  expect(list.size).toBe(model.size);
  expect(all(list)).toEqual(sorted());
  for (const [snapshot, then] of kept) {
    expect(all(snapshot)).toEqual(then);
    expect(snapshot.size).toBe(then.length);
  }
});

test('ascending and descending inserts over several chunks', () => {
  for (const direction of [1, -1]) {
    const list = new SortedList<Item>();
    for (let i = 0; i < 2000; i++) list.set({ id: String(5000 + direction * i), value: i });
    expect(all(list).map(({ id }) => id)).toEqual([...Array(2000).keys()].map((i) => String(5000 + direction * i)).sort());
  }
});

test('a scan goes over one prefix, after one id, for as long as it is wanted', () => {
  const list = new SortedList<Item>();
  for (const ns of ['a', 'b', 'b-c', 'c']) for (let i = 0; i < 700; i++) list.set({ id: `${ns}/${1000 + i}`, value: i });
  expect(all(list, 'b/')).toHaveLength(700);
  expect(all(list, 'b/', 'b/1698').map(({ id }) => id)).toEqual(['b/1699']);
  expect(all(list, 'b/', 'a/1000')).toHaveLength(700);
  expect(all(list, 'b/', 'b/1699')).toEqual([]);
  expect(all(list, 'x/')).toEqual([]);
  expect(all(list, 'b/', 'b/1000x')[0]?.id).toBe('b/1001');
  const first: string[] = [];
  list.snapshot().scan('b/', '', ({ id }) => first.push(id) < 2);
  expect(first).toEqual(['b/1000', 'b/1001']);
});

test('to delete what is not there is nothing', () => {
  const list = new SortedList<Item>();
  list.delete('a');
  list.set({ id: 'b', value: 1 });
  list.delete('a');
  list.delete('c');
  expect(list.size).toBe(1);
  list.delete('b');
  expect(all(list)).toEqual([]);
});
