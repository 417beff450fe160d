import { Nodes, Pods } from '@kubernats/api';
import { createMemoryFiles } from '@kubernats/files';
import { createKubeletSim, KUBELET_DEFAULTS } from '@kubernats/kubelet-sim';
import { expect } from 'vitest';
import { componentSuite } from './component-suite.ts';

const kubelet = (pool: string) => ({ 'kubernats.dev/kubelet': pool });

componentSuite('kubelet-sim', {
  identity: 'system:node:node1',
  // Its node is Ready when it is; what it looks at is no informer of its process.
  waitsFor: [],
  async setUp(world) {
    await world.make(Nodes, { metadata: { name: 'node1', labels: kubelet('node1') }, spec: { podCIDR: '10.244.1.0/24' } });
  },
  /** Its node is another kubelet's. */
  async forbid({ admin }) {
    const belongsTo = (pool: string) => admin.kind(Nodes).patch('node1', undefined, 'merge', { metadata: { labels: kubelet(pool) } });
    await belongsTo('another');
    return async () => void (await belongsTo('node1'));
  },
  create: (parts) =>
    createKubeletSim(
      { ...parts, diskOf: () => createMemoryFiles(parts.clock) },
      { ...KUBELET_DEFAULTS, cluster: 'default', pool: 'node1', nodes: [{ name: 'node1', ip: '172.30.0.1' }], events: true },
    ),
  async work(world, n) {
    const name = `web${n}`;
    const containers = [{ name: 'web', image: 'kubernats/echo', ports: [{ containerPort: 8080 }] }];
    await world.make(Pods, {
      metadata: { name, namespace: 'default' },
      spec: { nodeName: 'node1', automountServiceAccountToken: false, containers },
    });
    const { status } = await world.find(Pods, (pod) => pod.metadata?.name === name && pod.status?.phase === 'Running');
    expect(world.network.listening).toContain(`${status?.podIP}:8080`);
  },
  async stopped(world) {
    expect((await world.admin.kind(Nodes).get('node1')).status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
    expect(world.network.listening).toEqual([]);
  },
});
