import { seededRandom } from '@kubernats/clock';
import { describe, expect, it } from 'vitest';
import {
  difference,
  emptySet,
  equalSets,
  type FieldSet,
  hasField,
  intersection,
  isEmptySet,
  leavesOf,
  recursiveDifference,
  union,
} from './field-set.ts';

const set: FieldSet = { 'f:a': { '.': {}, 'f:x': {}, 'f:y': {} }, 'f:b': {} };

describe('the algebra of field sets', () => {
  it.each<[string, FieldSet, FieldSet]>([
    ['union adds members', union({ 'f:a': {} }, { 'f:b': {} }), { 'f:a': {}, 'f:b': {} }],
    ['union joins a member and its children', union({ 'f:a': {} }, { 'f:a': { 'f:x': {} } }), { 'f:a': { '.': {}, 'f:x': {} } }],
    ['union joins children and a member', union({ 'f:a': { 'f:x': {} } }, { 'f:a': {} }), { 'f:a': { '.': {}, 'f:x': {} } }],
    ['difference takes members, not what is below', difference(set, { 'f:a': {} }), { 'f:a': { 'f:x': {}, 'f:y': {} }, 'f:b': {} }],
    ['difference leaves a member without children', difference(set, { 'f:a': { 'f:x': {}, 'f:y': {} } }), { 'f:a': {}, 'f:b': {} }],
    ['difference leaves nothing', difference(set, set), {}],
    ['recursive difference takes what is below', recursiveDifference(set, { 'f:a': {} }), { 'f:b': {} }],
    [
      'recursive difference goes below what is no member',
      recursiveDifference(set, { 'f:a': { 'f:x': {} } }),
      { 'f:a': { '.': {}, 'f:y': {} }, 'f:b': {} },
    ],
    ['intersection', intersection(set, { 'f:a': { '.': {}, 'f:y': {} }, 'f:c': {} }), { 'f:a': { '.': {}, 'f:y': {} } }],
    ['intersection of a member and its child', intersection({ 'f:a': {} }, { 'f:a': { 'f:x': {} } }), {}],
    ['leaves', leavesOf(set), { 'f:a': { 'f:x': {}, 'f:y': {} }, 'f:b': {} }],
  ])('%s', (_name, actual, expected) => expect(actual).toEqual(expected));

  it('returns the left itself where nothing changes', () => {
    expect(union(set, { 'f:a': { 'f:x': {} } })).toBe(set);
    expect(difference(set, { 'f:c': {} })).toBe(set);
  });

  it('knows its members', () => {
    expect([hasField(set, ['f:a']), hasField(set, ['f:a', 'f:x']), hasField(set, ['f:a', 'f:z']), hasField(set, [])]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(hasField({ 'f:a': { 'f:x': {} } }, ['f:a'])).toBe(false);
    expect(hasField(set, ['constructor'])).toBe(false);
  });

  it('keeps the order of Kubernetes', () => {
    const keys = ['f:b', 'k:{"port":80}', 'k:{"port":443}', 'v:"a"', 'i:2', 'i:10'];
    const joined = keys.toReversed().reduce((all, key) => union(all, { [key]: {} }), emptySet);
    expect(Object.keys(joined)).toEqual(keys);
  });

  it('obeys the laws of sets (seeded)', () => {
    const random = seededRandom(42);
    const randomSet = (depth: number): FieldSet => {
      const node: Record<string, FieldSet> = {};
      for (const name of ['f:a', 'f:b', 'k:{"n":1}', 'v:2']) {
        if (random.next() < 0.5) node[name] = depth === 0 || random.next() < 0.4 ? {} : withSelf(randomSet(depth - 1));
      }
      return node;
    };
    const withSelf = (node: FieldSet): FieldSet => (isEmptySet(node) || random.next() < 0.5 ? node : { '.': {}, ...node });
    for (let i = 0; i < 500; i++) {
      const [a, b, c] = [randomSet(3), randomSet(3), randomSet(3)];
      const same = (left: FieldSet, right: FieldSet): void => expect(left).toEqual(right);
      same(union(a, b), union(b, a));
      same(union(a, union(b, c)), union(union(a, b), c));
      same(union(a, a), a);
      same(intersection(a, b), intersection(b, a));
      same(intersection(a, union(a, b)), a);
      same(union(difference(a, b), intersection(a, b)), a);
      same(intersection(difference(a, b), b), emptySet);
      same(difference(union(a, b), b), difference(a, b));
      same(difference(recursiveDifference(a, b), b), recursiveDifference(a, b));
      expect(equalSets(union(a, b), union(b, a))).toBe(true);
      expect(equalSets(a, union(a, b))).toBe(isEmptySet(difference(b, a)));
      same(leavesOf(leavesOf(a)), leavesOf(a));
    }
  });

  it('refuses endless nesting instead of overflowing the stack', () => {
    let deep: FieldSet = {};
    for (let i = 0; i < 100_000; i++) deep = { 'f:a': deep };
    let other: FieldSet = {};
    for (let i = 0; i < 100_000; i++) other = { 'f:a': other };
    for (const operate of [union, difference, recursiveDifference, intersection]) {
      expect(() => operate(deep, other)).toThrow('nested too deeply');
    }
    expect(() => leavesOf(deep)).toThrow('nested too deeply');
  });
});
