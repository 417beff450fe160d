import type { PortEndpoint } from '@kubernats/dataplane';
import { describe, expect, test } from 'vitest';
import { hintsOf, usableByNode, usableSomewhere } from './backends.ts';

const at = (host: string) => ({ host, port: 80 });
const endpoint = (host: string, rest: Partial<PortEndpoint> = {}): PortEndpoint => ({
  ...{ address: at(host), nodeName: undefined, ready: true, forNodes: [], forZones: [] },
  ...rest,
});
const on = (node: string, host: string, ready = true): PortEndpoint => endpoint(host, { nodeName: node, ready });
const hosts = (groups: ReadonlyMap<string, readonly { host: string }[]> | undefined): Record<string, string[]> | undefined =>
  groups && Object.fromEntries([...groups].map(([name, group]) => [name, group.map(({ host }) => host)]));

test('policy Local: each node has its own, those that terminate as its last resort; without a node: nowhere', () => {
  const endpoints = [on('node1', 'a'), on('node1', 'b', false), on('node2', 'c', false), endpoint('d')];
  const byNode = usableByNode(endpoints);
  expect(hosts(byNode)).toEqual({ node1: ['a'], node2: ['c'] });
  expect(usableSomewhere(endpoints, byNode).map(({ host }) => host)).toEqual(['a', 'c']);
});

describe('hints', () => {
  const forZone = (host: string, ...forZones: string[]) => endpoint(host, { forZones });
  const both = (host: string, node: string, zone: string) => endpoint(host, { forNodes: [node], forZones: [zone] });

  test.each<[string, PortEndpoint[], unknown, unknown]>([
    [
      'by zone, an endpoint for several',
      [forZone('a', 'east'), forZone('b', 'west', 'east')],
      undefined,
      { east: ['a', 'b'], west: ['b'] },
    ],
    ['by node and zone', [both('a', 'node1', 'east'), both('b', 'node2', 'east')], { node1: ['a'], node2: ['b'] }, { east: ['a', 'b'] }],
    ['an endpoint that is not ready needs none', [forZone('a', 'east'), endpoint('b', { ready: false })], undefined, { east: ['a'] }],
  ])('%s', (_, endpoints, byNode, byZone) => {
    const hints = hintsOf(endpoints);
    expect([hosts(hints?.byNode), hosts(hints?.byZone), hints?.others]).toEqual([byNode, byZone, 'all']);
  });

  test.each([
    ['one without a hint', [forZone('a', 'east'), endpoint('b')]],
    ['none ready', [endpoint('a', { ready: false, forZones: ['east'] })]],
    ['no endpoint', []],
  ])('%s: they do not count', (_, endpoints) => expect(hintsOf(endpoints)).toBeUndefined());
});
