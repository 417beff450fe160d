import { type Deployment, Deployments, PersistentVolumeClaims, StorageClasses } from '@kubernats/api';
import { isAlreadyExists } from '@kubernats/errors';
import type { Target } from '../targets/target.ts';
import type { Activity } from './activity.ts';
import { clientOf, insist, NAMESPACE } from './ask.ts';
import { KEEPERS, STORAGE } from './plan.ts';

/** Each Pod adds itself to what is in its claim, and tells all that it found there: short, as what a container may tell at its end is. */
const SCRIPT = 'echo $ME | cut -d- -f1 >> /data/ledger && cat /data/ledger > /dev/termination-log';

/** Deployments of one Pod or none, each with a claim that stays and is mounted again by the next Pod. */
export function keepers(target: Target): Activity<'keepers'> {
  const client = clientOf(target);
  return {
    async begin() {
      for (const [name, { provisioner, volumeBindingMode }] of Object.entries(STORAGE))
        await insist(
          () => client.kind(StorageClasses).create({ metadata: { name }, provisioner, reclaimPolicy: 'Delete', volumeBindingMode }),
          isAlreadyExists,
        );
      for (const [name, storageClassName] of Object.entries(KEEPERS)) {
        const spec = { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } };
        await insist(() => client.kind(PersistentVolumeClaims).create({ metadata: { name, namespace: NAMESPACE }, spec }), isAlreadyExists);
        await insist(() => client.kind(Deployments).create(keeper(name)), isAlreadyExists);
      }
    },
    async perform({ name, replicas }) {
      await insist(() => client.kind(Deployments).patch(name, NAMESPACE, 'merge', { spec: { replicas } }));
    },
  };
}

function keeper(name: string): Deployment {
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const env = [{ name: 'ME', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } }];
  return {
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas: 1,
      // The volume is one Pod's at a time: the next one comes when the last one has gone.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 2,
          initContainers: [{ name: 'write', image: 'busybox', command: ['sh', '-c', SCRIPT], env, volumeMounts }],
          containers: [{ name: 'stay', image: 'pause', volumeMounts }],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
        },
      },
    },
  };
}
