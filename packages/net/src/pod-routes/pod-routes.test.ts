import { type Node, Nodes } from '@kubernats/api';
import { createInformer, type FollowSink, silentLog } from '@kubernats/client';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { NetworkError } from '../port.ts';
import type { HostRoute } from './host-routes.ts';
import { MemoryRoutes } from './memory-routes.ts';
import type { Self } from './node-routes.ts';
import { createPodRoutes } from './pod-routes.ts';

let revision = 1;

const node = (name: string, podCIDR?: string, address?: string): Node => ({
  metadata: { name, uid: name, resourceVersion: String(++revision) },
  spec: podCIDR === undefined ? {} : { podCIDR, podCIDRs: [podCIDR] },
  status: address === undefined ? {} : { addresses: [{ type: 'InternalIP', address }] },
});

/** A table that refuses to lead to an address. */
class ChoosyRoutes extends MemoryRoutes {
  refused: string | undefined;
  override async set(route: HostRoute): Promise<void> {
    if ('via' in route && route.via === this.refused) throw new NetworkError('EIO', 'Nexthop has invalid gateway');
    await super.set(route);
  }
}

/** Keeps routes by Nodes that the test changes. */
async function keeping({ self, nodes, before = [] }: { self?: Self; nodes: Node[]; before?: HostRoute[] }) {
  const clock = new SteppedClock();
  const routes = new ChoosyRoutes();
  for (const route of before) await routes.set(route);
  let sink: FollowSink | undefined;
  const informer = createInformer({
    target: Nodes,
    transport: {
      request: () => Promise.reject(new Error('not asked')),
      follow(_target, given, signal) {
        sink = given;
        given.replace(nodes, String(++revision));
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    },
  });
  const kept = createPodRoutes(
    { nodes: informer, routes, clock, random: seededRandom(1), log: silentLog },
    { podCidr: '10.244.0.0/16', ...(self === undefined ? {} : { self }) },
  );
  const stop = new AbortController();
  const done = Promise.all([informer.run(stop.signal), kept.run(stop.signal)]);
  return {
    kept,
    routes,
    clock,
    change: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Node) => sink?.changed(type, object),
    async shown(): Promise<string[]> {
      return (await routes.list()).map((route) => `${route.cidr} ${'via' in route ? route.via : route.to}`).sort();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}

describe('routes to Pods', () => {
  test('lead to the ranges of other nodes by their addresses; the own range is local', async () => {
    const nodes = [node('node1', '10.244.0.0/24', '172.30.0.2'), node('node2', '10.244.1.0/24', '172.30.0.3'), node('node3')];
    await using on = await keeping({ self: { name: 'node1', address: '172.30.0.2' }, nodes });
    await on.kept.ready;
    await on.kept.opened('10.244.0.0/24');
    expect(await on.shown()).toEqual(['10.244.0.0/24 local', '10.244.1.0/24 172.30.0.3']);
  });

  test('a machine that is no node reaches all of them', async () => {
    await using on = await keeping({ nodes: [node('node1', '10.244.0.0/24', '172.30.0.2')] });
    await on.kept.ready;
    expect(await on.shown()).toEqual(['10.244.0.0/24 172.30.0.2']);
  });

  test('follow the Nodes: one that comes, one whose address changes, one that goes', async () => {
    await using on = await keeping({ nodes: [] });
    await on.kept.ready;
    on.change('ADDED', node('node1', '10.244.0.0/24'));
    on.change('MODIFIED', node('node1', '10.244.0.0/24', '172.30.0.2'));
    await expect.poll(on.shown).toEqual(['10.244.0.0/24 172.30.0.2']);
    on.change('MODIFIED', node('node1', '10.244.0.0/24', '172.30.0.9'));
    await expect.poll(on.shown).toEqual(['10.244.0.0/24 172.30.0.9']);
    on.change('DELETED', node('node1', '10.244.0.0/24', '172.30.0.9'));
    await expect.poll(on.shown).toEqual([]);
  });

  test('a range that goes from one node to another stays, in whichever order that is heard of', async () => {
    await using on = await keeping({ nodes: [node('node1', '10.244.0.0/24', '172.30.0.2')] });
    await on.kept.ready;
    on.change('ADDED', node('node2', '10.244.0.0/24', '172.30.0.3'));
    await expect.poll(on.shown).toEqual(['10.244.0.0/24 172.30.0.3']);
    on.change('DELETED', node('node1', '10.244.0.0/24', '172.30.0.2'));
    on.change('ADDED', node('node3', '10.244.3.0/24', '172.30.0.4'));
    await expect.poll(on.shown).toEqual(['10.244.0.0/24 172.30.0.3', '10.244.3.0/24 172.30.0.4']);
  });

  test('of an earlier life go at the start, but not those beyond the range of Pods', async () => {
    const before: HostRoute[] = [
      { cidr: '10.244.7.0/24', via: '172.30.0.7' },
      { cidr: '10.96.0.0/16', to: 'local' },
    ];
    await using on = await keeping({ nodes: [], before });
    await on.kept.ready;
    expect(await on.shown()).toEqual(['10.96.0.0/16 local']);
  });

  test('one that the machine refuses keeps none of the others away, and is tried again', async () => {
    await using on = await keeping({ nodes: [] });
    await on.kept.ready;
    on.routes.refused = '172.30.0.2';
    on.change('ADDED', node('node1', '10.244.0.0/24', '172.30.0.2'));
    on.change('ADDED', node('node2', '10.244.1.0/24', '172.30.0.3'));
    await expect.poll(on.shown).toEqual(['10.244.1.0/24 172.30.0.3']);
    on.routes.refused = undefined;
    await on.clock.advance(5_000);
    await expect.poll(on.shown).toEqual(['10.244.0.0/24 172.30.0.2', '10.244.1.0/24 172.30.0.3']);
  });

  test('R2: come back that were lost with a network interface', async () => {
    await using on = await keeping({ nodes: [node('node1', '10.244.0.0/24', '172.30.0.2'), node('node2', '10.244.1.0/24', '172.30.0.3')] });
    await on.kept.ready;
    await on.routes.remove({ cidr: '10.244.1.0/24', via: '172.30.0.3' });
    await on.clock.advance(5_000);
    await expect.poll(on.shown).toEqual(['10.244.0.0/24 172.30.0.2', '10.244.1.0/24 172.30.0.3']);
  });

  test('a range that is none is left out', async () => {
    await using on = await keeping({ nodes: [node('node1', 'fd00::/64', '172.30.0.2'), node('node2', '10.244.1.0/33', '172.30.0.3')] });
    await on.kept.ready;
    expect(await on.shown()).toEqual([]);
  });
});
