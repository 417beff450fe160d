import { NODE_OWNER_ANNOTATION, type Node } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { chooseName } from './choose-name.ts';

/** `owner` undefined: its name was chosen by a person. */
const node = (name: string, owner?: string, ready: 'True' | 'False' | 'Unknown' = 'True'): Node => ({
  metadata: { name, ...(owner === undefined ? {} : { annotations: { [NODE_OWNER_ANNOTATION]: owner } }) },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

const short = (nodes: Node[], lastName?: string): string => {
  const choice = chooseName(nodes, { owner: 'me', lastName });
  return `${choice.do} ${choice.name}`;
};

describe('a machine takes', () => {
  test.each<[string, Node[], string | undefined, string]>([
    ['node1 in a cluster without nodes', [], undefined, 'create node1'],
    ['the lowest that nobody has', [node('node1', 'a'), node('node3', 'b')], undefined, 'create node2'],
    ['its own, whatever is free below', [node('node4', 'me')], undefined, 'keep node4'],
    ['its own, though it was given up', [node('node4', 'me', 'Unknown')], undefined, 'keep node4'],
    ['the one that it had last', [node('node1', ''), node('node2', '')], 'node2', 'take node2'],
    ['the one that it had last, though the Node is gone', [node('node1', '')], 'node5', 'create node5'],
    ['another, when the last one has been taken', [node('node1', 'a'), node('node2', 'b')], 'node2', 'create node3'],
    ['one that was given back', [node('node1', 'a'), node('node2', '')], undefined, 'take node2'],
    ['one whose machine is silent for so long that it was given up', [node('node1', 'a', 'Unknown')], undefined, 'take node1'],
    ['none whose machine only says that it is not ready', [node('node1', 'a', 'False')], undefined, 'create node2'],
    ['none that a person gave, silent or not', [node('node1', undefined, 'Unknown')], undefined, 'create node2'],
  ])('%s', (_what, nodes, lastName, expected) => {
    expect(short(nodes, lastName)).toBe(expected);
  });

  test('none that is being deleted', () => {
    const leaving = node('node1', '');
    expect(short([{ ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }])).toBe('create node2');
  });
});
