import type { Container, Pod } from '@kubernats/api';
import { expect, it } from 'vitest';
import { limitsStorage, storageExcess } from './local-storage.ts';

const container = (name: string, limit?: string) => ({
  name,
  ...(limit === undefined ? {} : { resources: { limits: { 'ephemeral-storage': limit } } }),
});
const pod = (containers: Container[], sizeLimit?: string): Pod => ({
  spec: { containers, volumes: [{ name: 'cache', emptyDir: sizeLimit === undefined ? {} : { sizeLimit } }] },
});
const use = (volume: number, ...containers: [string, number][]) => ({
  volumes: new Map([['cache', volume]]),
  containers: new Map(containers),
});

it.each<[string, Pod, ReturnType<typeof use>, string | undefined]>([
  ['nothing is limited', pod([container('a')]), use(1e9, ['a', 1e9]), undefined],
  ['a volume', pod([container('a')], '1024Ki'), use(2 ** 20 + 1), 'Usage of EmptyDir volume "cache" exceeds the limit "1Mi". '],
  ['a volume that is full', pod([container('a')], '1Mi'), use(2 ** 20), undefined],
  [
    'all together',
    pod([container('a', '1Mi'), container('b', '1Mi')]),
    use(2 ** 20, ['a', 2 ** 20], ['b', 1]),
    'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ',
  ],
  [
    'one container',
    pod([container('a', '1Mi'), container('b', '1Mi')]),
    use(0, ['a', 2 ** 20 + 1], ['b', 1]),
    'Container a exceeded its local ephemeral storage limit "1Mi". ',
  ],
  ['within the limits', pod([container('a', '1Mi'), container('b')], '1Mi'), use(100, ['a', 100], ['b', 100]), undefined],
])('%s', (_, object, used, message) => {
  expect(storageExcess(object, used)).toBe(message);
});

it('looks at Pods with a limit only', () => {
  expect(
    [pod([container('a')]), pod([container('a')], '0'), pod([container('a')], '1'), pod([container('a', '1')])].map(limitsStorage),
  ).toEqual([false, false, true, true]);
});
