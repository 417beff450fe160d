import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RealCluster, ROOT, run } from '@kubernats/testing/real-cluster';
import { expect, test } from 'vitest';
import { CURL } from './support/lesson.ts';

const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The shell block under "A first cluster": the second of the file. */
function firstCluster(file: string): string {
  const blocks = [...text(file).matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThanOrEqual(2);
  return blocks[1] ?? '';
}

test('the README opens with the two commands', () => {
  const commands = (file: string) =>
    /```sh\n(.*?)```/s
      .exec(text(file))?.[1]
      ?.split('\n')
      .map((line) => line.split('#')[0]?.trim());
  expect(commands('README.md')?.filter(Boolean)).toEqual(['npm start', 'npm test']);
  expect(commands('README.ko.md')).toEqual(commands('README.md'));
});

test('the first cluster of the README comes up, answers and goes, as it is written', async () => {
  await using cluster = new RealCluster();
  const script = `set -euo pipefail\n${CURL}${firstCluster('README.md')}`;
  const env = { KUBERNATS_HOME: cluster.home, HOME: cluster.home };
  const { code, stdout, stderr } = await run('bash', ['-c', script], { env, cwd: ROOT });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  for (const said of [
    'cluster default is up: 3 nodes',
    'node3',
    'pod/hello created',
    'pod: hello',
    'listening on',
    'node1 stopped',
    'is down',
  ]) {
    expect(stdout).toContain(said);
  }
  const lines = (file: string) =>
    firstCluster(file)
      .split('\n')
      .map((line) => line.split(' #')[0]?.trim());
  expect(lines('README.ko.md')).toEqual(lines('README.md'));
});
