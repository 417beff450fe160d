import { StatefulSets } from '@kubernats/api';
import { isAlreadyExists } from '@kubernats/errors';
import type { Target } from '../targets/target.ts';
import type { Activity } from './activity.ts';
import { clientOf, insist, NAMESPACE } from './ask.ts';
import { ledgerClaim, ledgerPod } from './ledger.ts';
import { STATEFUL_SETS } from './plan.ts';

/** StatefulSets whose Pods come and go, while the claim of each ordinal stays. `keepers` has made the classes of storage. */
export function statefulSets(target: Target): Activity<'stateful-sets'> {
  const kind = clientOf(target).kind(StatefulSets);
  return {
    async begin() {
      for (const [name, storage] of Object.entries(STATEFUL_SETS)) {
        const spec = {
          replicas: 1,
          selector: { matchLabels: { app: name } },
          template: ledgerPod(name),
          volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: ledgerClaim(storage) }],
        };
        await insist(() => kind.create({ metadata: { name, namespace: NAMESPACE }, spec }), isAlreadyExists);
      }
    },
    async perform({ name, replicas }) {
      await insist(() => kind.patch(name, NAMESPACE, 'merge', { spec: { replicas } }));
    },
  };
}
