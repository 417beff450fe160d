import { type Service, Services } from '@kubernats/api';
import { isAlreadyExists, isNotFound } from '@kubernats/errors';
import type { Target } from '../targets/target.ts';
import type { Activity } from './activity.ts';
import { clientOf, insist, NAMESPACE } from './ask.ts';
import { PORT } from './deployments.ts';

export const FRONT = 'front';
export const SERVICE_PORT = 9000;

/** Services that come and go, each with a cluster IP and a node port; and one that stays and is called all the time. */
export function services(target: Target): Activity<'services'> {
  const kind = clientOf(target).kind(Services);
  return {
    async begin() {
      await insist(() => kind.create(service(FRONT)), isAlreadyExists);
    },
    async perform({ verb, name }) {
      if (verb === 'create') await insist(() => kind.create(service(name)), isAlreadyExists);
      else await insist(() => kind.delete(name, NAMESPACE), isNotFound);
    },
  };
}

const service = (name: string): Service => ({
  metadata: { name, namespace: NAMESPACE },
  spec: { type: 'NodePort', selector: { app: FRONT }, ports: [{ port: SERVICE_PORT, targetPort: PORT }] },
});
