import { expect, test } from 'vitest';
import { composeCluster, readmeBlock } from './compose-cluster.ts';

const commands = (file: string, title: string): (string | undefined)[] =>
  readmeBlock(file, title)
    .split('\n')
    .map((line) => line.split(' #')[0]?.trim());

test('R4: the section of the README works as it is written', async () => {
  await using cluster = await composeCluster();
  const said = await cluster.sh(readmeBlock('README.md', 'In containers'));
  for (const each of ['node/node5 condition met', 'deployment "web" successfully rolled out', 'pod: web-']) expect(said).toContain(each);
  expect(commands('README.ko.md', '컨테이너로')).toEqual(commands('README.md', 'In containers'));
});
