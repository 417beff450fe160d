import { describe, expect, test } from 'vitest';
import { patternOf, stepsOf } from './lesson.ts';

describe('how a page of examples is read', () => {
  test('commands, and what they are said to print', () => {
    const page = 'Text.\n\n```sh\none\ntwo\n```\n\n```text\na b\n```\n\nMore.\n\n```sh\nthree\n```\n';
    expect(stepsOf(page)).toEqual([
      { commands: 'one\ntwo\n', says: ['a b'] },
      { commands: 'three\n', says: undefined },
    ]);
  });

  test.each([
    [['NAME READY', 'web 1/1'], 'NAME   READY\nweb    1/1   \n', true],
    [['NAME READY', 'web 1/1'], 'NAME   READY\nweb    0/1\n', false],
    [['pod "x" deleted…'], 'pod "x" deleted from default namespace\n', true],
    [['a', '…', 'z'], 'a\nb\nc\nz\n', true],
    [['a', '…', 'z'], 'a\nb\nc\n', false],
    [['a'], 'a\nb\n', false],
    [['a.c'], 'abc\n', false],
  ])('%j against %j', (says, output, matches) => {
    expect(patternOf(says).test(output)).toBe(matches);
  });
});
