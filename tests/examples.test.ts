import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, ROOT, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patternOf, runLesson, stepsOf } from './support/lesson.ts';

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

describe.each([
  { folder: 'pods', nodes: 2 },
  { folder: 'services', nodes: 3 },
  { folder: 'volumes', nodes: 2 },
])('examples/$folder, as they are written', ({ folder, nodes }) => {
  const home = join(ROOT, 'examples', folder);
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster({ nodes });
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  test.each(readdirSync(home).filter((name) => /^[a-z]\d-/.test(name)))('%s', async (name) => {
    await runLesson(cluster, join(home, name, 'README.md'));
  });
});
