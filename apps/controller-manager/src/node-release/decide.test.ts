import { NODE_OWNER_ANNOTATION, type Node } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { releasedInMs } from './decide.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');

const node = (owner: string | undefined, ready: 'True' | 'False' | 'Unknown', sinceMs: number): Node => ({
  metadata: { name: 'node1', ...(owner === undefined ? {} : { annotations: { [NODE_OWNER_ANNOTATION]: owner } }) },
  status: { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: rfc3339(NOW - sinceMs) }] },
});

test.each<[string, Node, number | undefined]>([
  ['is kept while its machine is heard of', node('a', 'True', 900_000), undefined],
  ['is kept while its machine says that it is not ready', node('a', 'False', 900_000), undefined],
  ['waits from when it was given up', node('a', 'Unknown', 60_000), 240_000],
  ['goes when it was given up long ago', node('a', 'Unknown', 300_000), 0],
  ['goes as well when its machine had given the name back', node('', 'Unknown', 900_000), 0],
  ['is kept when a person gave its name', node(undefined, 'Unknown', 900_000), undefined],
])('a Node %s', (_what, each, expected) => {
  expect(releasedInMs(each, 300_000, NOW)).toBe(expected);
});
