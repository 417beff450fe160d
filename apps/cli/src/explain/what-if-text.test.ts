import type { TriedWorkload, WhatIf } from '@kubernats/explain';
import { expect, test } from 'vitest';
import { manifestList } from './manifest.ts';
import { whatIfText } from './what-if-text.ts';

const GI = 1024 ** 3;
const web: TriedWorkload = {
  ...{ name: 'Deployment shop/web', wanted: 10, victims: [{ pod: 'shop/small', nodeName: 'node2' }] },
  placed: [
    { nodeName: 'node1', count: 3 },
    { nodeName: 'node2', count: 5 },
  ],
  pending: [{ message: '0/2 nodes are available: 2 Insufficient cpu.', count: 2 }],
};
const answer = (more: Partial<WhatIf>): WhatIf => ({
  apiVersion: 'kubernats.dev/v1',
  kind: 'WhatIf',
  workloads: [web],
  nodes: [],
  notes: [],
  ...more,
});
const node = {
  ...{ nodeName: 'node2', added: true, placed: 5, pods: { requested: 5, allocatable: 110 } },
  ...{ cpuMilli: { requested: 2500, allocatable: 4000 }, memoryBytes: { requested: 1.5 * GI, allocatable: 0 } },
};

test('P7: what would become of a manifest: the fullest node first, who waits and why, who is evicted, and how full nodes would be', () => {
  expect(
    whatIfText(answer({ nodes: [node], notes: ['Service shop/web makes no Pods'] }), false),
  ).toBe(`Note: Service shop/web makes no Pods.

Deployment shop/web: 8 of 10 placed: node2 5, node1 3
  2 Pending: 0/2 nodes are available: 2 Insufficient cpu.
  evicted: shop/small from node2

NODE          PLACED   PODS    CPU REQUESTED   MEMORY REQUESTED
node2 (new)   +5       5/110   2.5/4 (63 %)    1.5Gi/0 (-)`);
});

test('many nodes are counted, unless all are asked for; one Pod needs no number', () => {
  const placed = Array.from({ length: 15 }, (_, i) => ({ nodeName: `node${i + 10}`, count: 1 }));
  const many = answer({
    workloads: [{ ...web, wanted: 15, placed, pending: [], victims: [] }],
    nodes: Array.from({ length: 25 }, () => node),
  });
  expect(whatIfText(many, false)).toContain('node19 1, … on 5 more nodes');
  expect(whatIfText(many, false)).toContain('… 5 more nodes (--all)');
  expect(whatIfText(many, true)).not.toContain('…');
  const one = answer({ workloads: [{ ...web, wanted: 1, placed: [{ nodeName: 'node1', count: 1 }], pending: [], victims: [] }] });
  expect(whatIfText(one, false)).toBe('Deployment shop/web: 1 of 1 placed: node1');
  expect(whatIfText(answer({ workloads: [] }), false)).toBe('Nothing in it makes a Pod.');
});

test('a manifest is all of its documents; what is none is refused', () => {
  expect(manifestList('kind: A\n---\n# nothing\n---\n{"kind": "B"}\n', 'x')).toMatchObject({
    kind: 'List',
    items: [{ kind: 'A' }, { kind: 'B' }],
  });
  expect(() => manifestList('a: [', 'web.yaml')).toThrow('web.yaml is no YAML: ');
  expect(() => manifestList('# nothing', 'web.yaml')).toThrow('web.yaml holds no object');
});
