import type { Node, Pod } from '@kubernats/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noVolumes } from '../../test/plugin-deps.ts';
import { defaultArgs } from '../config/args.ts';
import { clusterView } from '../framework/cluster-view.ts';
import type { Plugin } from '../framework/plugin.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';

const amount = fc.constantFrom(0, 0, 1, 2, 3);
const list = fc.record({ cpu: amount, memory: amount, 'ephemeral-storage': amount, 'example.com/gpu': amount });
const step = fc.oneof(
  fc.record({ do: fc.constant('node' as const), node: fc.nat(4), allocatable: list, pods: fc.nat(3) }),
  fc.record({ do: fc.constant('remove node' as const), node: fc.nat(4) }),
  fc.record({ do: fc.constant('pod' as const), pod: fc.nat(8), node: fc.nat(4), requests: list }),
  fc.record({ do: fc.constant('remove pod' as const), pod: fc.nat(8) }),
);

const texts = (amounts: Record<string, number>): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).flatMap(([name, count]) => (count > 0 ? [[name, String(count)]] : [])));
const podOf = (name: string, requests: Record<string, number>): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'c', resources: { requests: texts(requests) } }] },
});

const PLUGINS: Plugin[] = [
  nodeResourcesFit(defaultArgs('NodeResourcesFit')),
  nodeResourcesBalancedAllocation(defaultArgs('NodeResourcesBalancedAllocation')),
];

test('what is said of all nodes in one go is what is said of each, after any history', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), list, (steps, requests) => {
      const snapshot = new Snapshot();
      const cluster = clusterView(snapshot, { volumes: noVolumes });
      const info = podInfoOf(podOf('wanted', requests));
      for (const next of steps) {
        if (next.do === 'node') {
          const status = { allocatable: { ...texts(next.allocatable), pods: String(next.pods) } };
          snapshot.setNode({ metadata: { name: `node${next.node}` }, status } as Node);
        } else if (next.do === 'remove node') snapshot.removeNode(`node${next.node}`);
        else if (next.do === 'pod') snapshot.place(podInfoOf(podOf(`pod${next.pod}`, next.requests)), `node${next.node}`);
        else snapshot.remove(`default/pod${next.pod}`);
        const { nodes } = cluster;
        for (const plugin of PLUGINS) {
          const first = plugin.preFilter?.(info, cluster);
          const state = first && first !== 'skip' && 'state' in first ? first.state : undefined;
          if (plugin.filterAll) {
            const open = new Uint8Array(nodes.length).fill(1);
            plugin.filterAll(state, info, cluster, open);
            expect([...open]).toEqual(nodes.map((node) => (plugin.filter?.(state, info, node) ? 0 : 1)));
          }
          const amounts = new Float64Array(nodes.length);
          plugin.scoreAll?.(undefined, info, cluster, Int32Array.from(nodes.keys()), amounts);
          expect([...amounts]).toEqual(nodes.map((node) => plugin.score?.(undefined, info, node)));
        }
      }
    }),
  );
});
