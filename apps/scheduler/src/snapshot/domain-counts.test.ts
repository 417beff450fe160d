import type { Node } from '@kubernats/api';
import { expect, test } from 'vitest';
import { podInfoOf } from './pod-info.ts';
import { Snapshot } from './snapshot.ts';

const node = (name: string, zone: string): Node => ({ metadata: { name, labels: { zone } } });
const pod = (name: string) => podInfoOf({ metadata: { name }, spec: { containers: [] } });

test('counts of matching Pods follow nodes from domain to domain, also into one that takes the number of one that is gone', () => {
  const snapshot = new Snapshot();
  snapshot.setNode(node('node1', 'a'));
  snapshot.setNode(node('node2', 'b'));
  const counts = snapshot.matchingPods.counts({ key: 'all', topologyKey: 'zone', matches: () => true });
  const at = () => snapshot.nodes.map((each) => counts.at(each));
  snapshot.place(pod('one'), 'node1');
  snapshot.place(pod('two'), 'node2');
  expect(at()).toEqual([1, 1]);
  snapshot.setNode(node('node1', 'b'));
  expect(at()).toEqual([2, 2]);
  snapshot.setNode(node('node2', 'c'));
  expect(at()).toEqual([1, 1]);
  snapshot.removeNode('node1');
  expect(counts.pods).toBe(1);
  snapshot.setNode(node('node3', 'd'));
  expect(at()).toEqual([1, 0]);
  // The Pod of a node that was away counts again where the node is now.
  snapshot.setNode(node('node1', 'd'));
  expect(at()).toEqual([1, 1, 1]);
});
