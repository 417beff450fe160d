import { type Deployment, Deployments, PersistentVolumeClaims, StorageClasses } from '@kubernats/api';
import { isAlreadyExists } from '@kubernats/errors';
import type { Target } from '../targets/target.ts';
import type { Activity } from './activity.ts';
import { clientOf, insist, NAMESPACE } from './ask.ts';
import { ledgerClaim, ledgerPod } from './ledger.ts';
import { KEEPERS, STORAGE } from './plan.ts';

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
        const spec = ledgerClaim(storageClassName);
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
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: name } }];
  return {
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas: 1,
      // The volume is one Pod's at a time: the next one comes when the last one has gone.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: name } },
      template: ledgerPod(name, volumes),
    },
  };
}
