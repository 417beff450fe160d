import { Leases, Nodes, Pods } from '@kubernats/api';
import { createScheduler } from '@kubernats/scheduler';
import { expect } from 'vitest';
import { componentSuite, withoutRole } from './component-suite.ts';

componentSuite('scheduler', {
  identity: 'system:kube-scheduler',
  waitsFor: ['nodes', 'pods'],
  forbid: withoutRole('system:kube-scheduler'),
  create: (parts) => createScheduler(parts, { leaderElection: { identity: 'alone' } }),
  async setUp(world) {
    const resources = { cpu: '4', memory: '8Gi', pods: '110' };
    await world.make(Nodes, { metadata: { name: 'node1' } });
    await world.tell(Nodes, 'node1', undefined, { allocatable: resources, capacity: resources });
  },
  async work(world, n) {
    const name = `pod${n}`;
    await world.make(Pods, { metadata: { name, namespace: 'default' }, spec: { containers: [{ name: 'web', image: 'nginx' }] } });
    await world.find(Pods, ({ metadata, spec }) => metadata?.name === name && spec?.nodeName === 'node1');
  },
  async stopped(world) {
    expect((await world.admin.kind(Leases).get('kube-scheduler', 'kube-system')).spec?.holderIdentity).toBe('');
  },
});
