import { expect, test } from 'vitest';
import { NodeTable } from './node-table.ts';
import type { NodeView } from './node-view.ts';

const view = (name: string, address: string, podCidr: string, zone?: string): NodeView => ({
  ...{ name, addresses: [address], podCidrs: [podCidr], zone, eligible: true },
});

test('a client is on the node whose address it has, or one of whose Pods it is', () => {
  const table = new NodeTable();
  table.set(view('node1', '172.30.0.1', '10.244.0.0/24', 'east'));
  table.set(view('node2', '172.30.0.2', '10.244.1.0/25'));
  const places = ['172.30.0.1', '10.244.0.77', '10.244.1.77', '10.244.1.200', '172.30.0.3', 'nonsense'].map((host) => table.placeOf(host));
  const node1 = { node: 'node1', zone: 'east' };
  expect(places).toEqual([node1, node1, { node: 'node2' }, undefined, undefined, undefined]);
});

test('what a node no longer has is no longer its own, and what another has got stays', () => {
  const table = new NodeTable();
  expect(table.set(view('node1', '172.30.0.1', '10.244.0.0/24'))).toBe(true);
  expect(table.set(view('node1', '172.30.0.1', '10.244.0.0/24'))).toBe(false);
  expect(table.set(view('node1', '172.30.0.9', '10.244.0.0/24'))).toBe(true);
  expect(table.placeOf('172.30.0.1')).toBeUndefined();
  table.set(view('node2', '172.30.0.9', '10.244.1.0/24'));
  table.delete('node1');
  table.delete('node1');
  expect(table.placeOf('172.30.0.9')).toEqual({ node: 'node2' });
  expect(table.placeOf('10.244.0.1')).toBeUndefined();
  expect([...table.values()].map(({ name }) => name)).toEqual(['node2']);
});
