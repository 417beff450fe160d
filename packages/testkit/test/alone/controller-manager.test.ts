import { Leases, Pods, ReplicaSets } from '@kubernats/api';
import { COLLECTED_KINDS, createControllerManager } from '@kubernats/controller-manager';
import { expect } from 'vitest';
import { componentSuite, withoutRole } from './component-suite.ts';

componentSuite('controller-manager', {
  identity: 'system:kube-controller-manager',
  waitsFor: ['replicasets', 'pods'],
  forbid: withoutRole('system:kube-controller-manager'),
  create: (parts) => createControllerManager(parts, { rootCa: '', kinds: COLLECTED_KINDS, leaderElection: { identity: 'alone' } }),
  async work(world, n) {
    const name = `web${n}`;
    const labels = { app: name };
    await world.make(ReplicaSets, {
      metadata: { name, namespace: 'default' },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
      },
    });
    await world.find(Pods, ({ metadata }) => metadata?.ownerReferences?.[0]?.name === name);
  },
  async stopped(world) {
    expect((await world.admin.kind(Leases).get('kube-controller-manager', 'kube-system')).spec?.holderIdentity).toBe('');
  },
});
