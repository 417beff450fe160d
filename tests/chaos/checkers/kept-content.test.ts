import { describe, expect, test } from 'vitest';
import type { Event } from '../history/entries.ts';
import { added, an, deleted, historyOf, listed } from './history.fixture.ts';
import { keptContent } from './kept-content.ts';

const read = (pod: string, text: string, claim = 'disk') => an('Pod', pod, 1, { claims: [claim], read: text });
const check = (...events: Event[]): readonly string[] => keptContent.check(historyOf(...events)).wrong;

describe('what was written to volumes is read again', () => {
  test('green: each Pod finds what those before it wrote, and wrote itself', () => {
    expect(
      check(added(read('a', 'a\n')), deleted(read('a', 'a\n')), added(read('b', 'a\nb\n')), listed('Pod', 2, read('c', 'a\nb\nc\n'))),
    ).toEqual([]);
  });
  test('green: claims have each their own', () => {
    expect(check(added(read('a', 'a\n')), added(read('b', 'b\n', 'folder')))).toEqual([]);
  });
  test.each([
    ['all is lost', 'b\n'],
    ['the last line is lost', 'a\nc\n'],
    ['the volume is empty', ''],
  ])('red: %s', (_, text) => {
    expect(check(added(read('a', 'a\nb\n')), added(read('b', text)))).toEqual([
      expect.stringMatching(/^claim disk: "a\\nb\\n" was read, and then/),
    ]);
  });
});
