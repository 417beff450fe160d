import { Leases, PersistentVolumeClaims, PersistentVolumes } from '@kubernats/api';
import { silentLog } from '@kubernats/client';
import { realClock } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { createVolumeController } from '@kubernats/volume-controller';
import { machineBackends } from '@kubernats/volumes';
import { expect } from 'vitest';
import { componentSuite, withoutRole } from './component-suite.ts';

const backends = await machineBackends({ folder: undefined, clock: realClock, log: silentLog });
const asked = { storageClassName: '', accessModes: ['ReadWriteOnce'] };

componentSuite('volume-controller', {
  identity: 'system:kubernats:volume-controller',
  waitsFor: ['persistentvolumes', 'persistentvolumeclaims'],
  forbid: withoutRole('system:kubernats:volume-controller'),
  create: (parts) =>
    createVolumeController(
      { ...parts, storage: createMemoryFiles(parts.clock), backends },
      { cluster: 'default', leaderElection: { identity: 'alone' } },
    ),
  async work(world, n) {
    const name = `data${n}`;
    await world.make(PersistentVolumes, {
      metadata: { name },
      spec: { ...asked, capacity: { storage: '1Gi' }, hostPath: { path: '/data' } },
    });
    await world.make(PersistentVolumeClaims, {
      metadata: { name, namespace: 'default' },
      spec: { ...asked, resources: { requests: { storage: '1Gi' } } },
    });
    await world.find(PersistentVolumeClaims, ({ metadata, status }) => metadata?.name === name && status?.phase === 'Bound');
  },
  async stopped(world) {
    expect((await world.admin.kind(Leases).get('kubernats-volume-controller', 'kube-system')).spec?.holderIdentity).toBe('');
  },
});
