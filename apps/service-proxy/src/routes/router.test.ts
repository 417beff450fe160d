import type { EndpointConditions, EndpointSlice, Service } from '@kubernats/api';
import { seededRandom } from '@kubernats/clock';
import type { Route } from '@kubernats/dataplane';
import { describe, expect, test } from 'vitest';
import type { NodeView } from './node-view.ts';
import { Router, serviceOfSlice } from './router.ts';

/** The objects of a cluster, and which Services were looked at. */
class World {
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
}

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

describe('Router', () => {
  test('a change of one endpoint looks at its own Service only, and touches its own routes only', () => {
    const world = new World();
    const router = new Router(world);
    for (let i = 0; i < 50; i++) {
      world.services.set(`default/s${i}`, plainService(`s${i}`, i));
      world.allSlices.set(`s${i}-a`, plainSlice(`s${i}-a`, `s${i}`, ['10.244.0.1']));
      router.refresh(`default/s${i}`);
    }
    world.looked.length = 0;
    world.allSlices.set('s7-a', plainSlice('s7-a', 's7', ['10.244.0.1', '10.244.0.2']));
    const changes = router.refresh('default/s7');
    expect(changes.set.map(({ id }) => id)).toEqual(['default/s7 TCP 10.96.0.8:80']);
    expect(changes.removed).toEqual([]);
    expect(world.looked).toEqual(['default/s7']);
  });

  test('what did not change is not set again', () => {
    const world = new World();
    const router = new Router(world);
    world.services.set('default/a', plainService('a', 0));
    world.allSlices.set('a', plainSlice('a', 'a', ['10.244.0.1']));
    expect(router.refresh('default/a').set).toHaveLength(1);
    expect(router.refresh('default/a')).toEqual({ set: [], removed: [] });
  });

  test('S4: changing the type back closes the node ports and leaves the cluster IP', () => {
    const world = new World();
    const router = new Router(world);
    world.allNodes.set('node1', { name: 'node1', addresses: ['172.30.0.1'] });
    const plain = plainService('a', 0);
    world.services.set('default/a', { ...plain, spec: { ...plain.spec, type: 'NodePort', ports: [{ port: 80, nodePort: 30001 }] } });
    world.allSlices.set('a', plainSlice('a', 'a', ['10.244.0.1']));
    router.refresh('default/a');
    expect([...router.servicesWithNodePorts]).toEqual(['default/a']);
    world.services.set('default/a', plain);
    expect(router.refresh('default/a').removed.map(({ id }) => id)).toEqual(['default/a TCP 172.30.0.1:30001']);
    expect([...router.servicesWithNodePorts]).toEqual([]);
  });

  test.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'seed %d: change by change it arrives at the table of a full computation',
    (seed) => {
      const random = seededRandom(seed);
      const pick = <T>(...items: [T, ...T[]]): T => items[random.int(items.length)] ?? items[0];
      const world = new World();
      const router = new Router(world);
      const plane = new Map<string, Route>();
      const refresh = (key: string | undefined): void => {
        if (key === undefined) return;
        const { set, removed } = router.refresh(key);
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
          world.services.set(key, { ...base, spec: { ...base.spec, type, ports, externalTrafficPolicy: pick('Cluster', 'Local') } });
          refresh(key);
        } else if (act === 2) {
          world.services.delete(key);
          refresh(key);
        } else if (act < 8) {
          const sliceName = `${name}-${random.int(2)}`;
          const endpoints = Array.from({ length: random.int(4) }, () => ({
            addresses: [`10.244.0.${random.int(5)}`],
            nodeName: pick('node1', 'node2'),
            conditions: pick<EndpointConditions>({}, { ready: false }, { ready: false, serving: true, terminating: true }),
          }));
          if (random.int(5) === 0) world.allSlices.delete(sliceName);
          else world.allSlices.set(sliceName, { ...plainSlice(sliceName, name, []), endpoints });
          refresh(key);
        } else {
          const node = pick('node1', 'node2');
          if (random.int(3) === 0) world.allNodes.delete(node);
          else world.allNodes.set(node, { name: node, addresses: [`172.30.0.${random.int(4)}`] });
          for (const affected of router.servicesWithNodePorts) refresh(affected);
        }
      }
      const whole = new Router(world);
      for (const key of world.services.keys()) whole.refresh(key);
      expect(plane).toEqual(whole.routes());
      expect(router.routes()).toEqual(whole.routes());
    },
  );
});
