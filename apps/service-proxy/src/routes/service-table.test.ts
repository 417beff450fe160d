import { type EndpointConditions, type EndpointSlice, type Service, serviceOfSlice } from '@kubernats/api';
import { seededRandom } from '@kubernats/clock';
import type { Route } from '@kubernats/dataplane';
import { describe, expect, test } from 'vitest';
import type { NodeView } from './node-view.ts';
import { routeRules } from './service-routes.ts';
import { type ClusterView, ServiceTable } from './service-table.ts';

/** The objects of a cluster, and which Services were looked at. */
class World implements ClusterView {
  readonly services = new Map<string, Service>();
  readonly allSlices = new Map<string, EndpointSlice>();
  readonly allNodes = new Map<string, NodeView>();
  readonly looked: string[] = [];
  service(key: string): Service | undefined {
    this.looked.push(key);
    return this.services.get(key);
  }
  slices(key: string): EndpointSlice[] {
    return [...this.allSlices.values()].filter((slice) => serviceOfSlice(slice) === key);
  }
  nodes(): Iterable<NodeView> {
    return this.allNodes.values();
  }
  node(name: string): NodeView | undefined {
    return this.allNodes.get(name);
  }
}

const tableOf = (world: World) => new ServiceTable<Route>(world, routeRules({ mayOpen: () => true }));
const view = (name: string, address: string, zone?: string): NodeView => ({
  name,
  addresses: [address],
  podCidrs: [],
  zone,
  eligible: true,
});

const plainService = (name: string, index: number): Service => ({
  metadata: { name, namespace: 'default' },
  spec: { clusterIP: `10.96.0.${index + 1}`, ports: [{ port: 80 }] },
});
const plainSlice = (name: string, service: string, hosts: string[]): EndpointSlice => ({
  metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': service } },
  addressType: 'IPv4',
  ports: [{ port: 8080 }],
  endpoints: hosts.map((host) => ({ addresses: [host] })),
});

describe('ServiceTable', () => {
  test('a change of one endpoint looks at its own Service only, and touches its own routes only', () => {
    const world = new World();
    const table = tableOf(world);
    for (let i = 0; i < 50; i++) {
      world.services.set(`default/s${i}`, plainService(`s${i}`, i));
      world.allSlices.set(`s${i}-a`, plainSlice(`s${i}-a`, `s${i}`, ['10.244.0.1']));
      table.refresh(`default/s${i}`);
    }
    world.looked.length = 0;
    world.allSlices.set('s7-a', plainSlice('s7-a', 's7', ['10.244.0.1', '10.244.0.2']));
    const changes = table.refresh('default/s7');
    expect(changes.set.map(({ id }) => id)).toEqual(['default/s7 TCP 10.96.0.8:80']);
    expect(changes.removed).toEqual([]);
    expect(world.looked).toEqual(['default/s7']);
  });

  test('what did not change is not set again', () => {
    const world = new World();
    const table = tableOf(world);
    world.services.set('default/a', plainService('a', 0));
    world.allSlices.set('a', plainSlice('a', 'a', ['10.244.0.1']));
    expect(table.refresh('default/a').set).toHaveLength(1);
    expect(table.refresh('default/a')).toEqual({ set: [], removed: [] });
  });

  test('S4: changing the type back closes the node ports and leaves the cluster IP', () => {
    const world = new World();
    const table = tableOf(world);
    world.allNodes.set('node1', view('node1', '172.30.0.1'));
    const plain = plainService('a', 0);
    world.services.set('default/a', { ...plain, spec: { ...plain.spec, type: 'NodePort', ports: [{ port: 80, nodePort: 30001 }] } });
    world.allSlices.set('a', plainSlice('a', 'a', ['10.244.0.1']));
    table.refresh('default/a');
    world.services.set('default/a', plain);
    expect(table.refresh('default/a').removed.map(({ id }) => id)).toEqual(['default/a TCP 172.30.0.1:30001 node1']);
    world.allNodes.set('node2', view('node2', '172.30.0.2'));
    expect(table.refreshNode('node2')).toEqual({ set: [], removed: [] });
  });

  test('S4: a node that comes or goes is looked at alone, and only Services with node ports are', () => {
    const world = new World();
    const table = tableOf(world);
    for (const [index, name] of ['a', 'b'].entries()) {
      const plain = plainService(name, index);
      const open: Service = { ...plain, spec: { ...plain.spec, type: 'NodePort', ports: [{ port: 80, nodePort: 30001 }] } };
      world.services.set(`default/${name}`, name === 'a' ? open : plain);
      world.allSlices.set(name, plainSlice(name, name, ['10.244.0.1']));
      table.refresh(`default/${name}`);
    }
    world.looked.length = 0;
    world.allNodes.set('node1', view('node1', '172.30.0.1'));
    expect(table.refreshNode('node1').set.map(({ id }) => id)).toEqual(['default/a TCP 172.30.0.1:30001 node1']);
    expect(world.looked).toEqual(['default/a']);
    world.allNodes.delete('node1');
    expect(table.refreshNode('node1').removed.map(({ id }) => id)).toEqual(['default/a TCP 172.30.0.1:30001 node1']);
  });

  test.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'seed %d: change by change it arrives at the table of a full computation',
    (seed) => {
      const random = seededRandom(seed);
      const pick = <T>(...items: [T, ...T[]]): T => items[random.int(items.length)] ?? items[0];
      const world = new World();
      const table = tableOf(world);
      const plane = new Map<string, Route>();
      const apply = ({ set, removed }: { set: Route[]; removed: Route[] }): void => {
        for (const { id } of removed) plane.delete(id);
        for (const route of set) plane.set(route.id, route);
      };
      for (let step = 0; step < 300; step++) {
        const name = `s${random.int(4)}`;
        const key = `default/${name}`;
        const act = random.int(10);
        if (act < 2) {
          const base = plainService(name, random.int(3));
          const type = pick('ClusterIP', 'NodePort', 'LoadBalancer');
          const ports = [{ port: 80, ...(type === 'ClusterIP' ? {} : { nodePort: 30000 + random.int(2) }) }];
          const policies = { externalTrafficPolicy: pick('Cluster', 'Local'), internalTrafficPolicy: pick('Cluster', 'Cluster', 'Local') };
          world.services.set(key, { ...base, spec: { ...base.spec, type, ports, ...policies } });
          apply(table.refresh(key));
        } else if (act === 2) {
          world.services.delete(key);
          apply(table.refresh(key));
        } else if (act < 8) {
          const sliceName = `${name}-${random.int(2)}`;
          const endpoints = Array.from({ length: random.int(4) }, () => ({
            addresses: [`10.244.0.${random.int(5)}`],
            nodeName: pick('node1', 'node2'),
            hints: pick({}, { forZones: [{ name: pick('east', 'west') }] }),
            conditions: pick<EndpointConditions>({}, { ready: false }, { ready: false, serving: true, terminating: true }),
          }));
          if (random.int(5) === 0) world.allSlices.delete(sliceName);
          else world.allSlices.set(sliceName, { ...plainSlice(sliceName, name, []), endpoints });
          apply(table.refresh(key));
        } else {
          const node = pick('node1', 'node2');
          if (random.int(3) === 0) world.allNodes.delete(node);
          else world.allNodes.set(node, view(node, `172.30.0.${random.int(4)}`, pick('east', 'west')));
          apply(table.refreshNode(node));
        }
      }
      const whole = tableOf(world);
      for (const key of world.services.keys()) whole.refresh(key);
      expect(plane).toEqual(whole.entries());
      expect(table.entries()).toEqual(whole.entries());
    },
  );
});
