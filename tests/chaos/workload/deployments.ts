import { type Deployment, Deployments } from '@kubernats/api';
import { isAlreadyExists } from '@kubernats/errors';
import type { Target } from '../targets/target.ts';
import type { Activity } from './activity.ts';
import { clientOf, insist, NAMESPACE } from './ask.ts';
import { DEPLOYMENTS } from './plan.ts';

export const PORT = 8080;

/** Deployments that are scaled and rolled on. */
export function deployments(target: Target): Activity<'deployments'> {
  const kind = clientOf(target).kind(Deployments);
  return {
    async begin() {
      for (const [name, replicas] of Object.entries(DEPLOYMENTS))
        await insist(() => kind.create(deployment(name, Math.max(replicas, 1))), isAlreadyExists);
    },
    async perform(action) {
      const patch =
        action.verb === 'scale'
          ? { spec: { replicas: action.replicas } }
          : { spec: { template: { spec: { containers: [{ name: 'main', image: imageOf(action.version) }] } } } };
      await insist(() => kind.patch(action.name, NAMESPACE, 'strategic', patch));
    },
  };
}

const imageOf = (version: number): string => `example/web:${version}`;

const deployment = (name: string, replicas: number): Deployment => ({
  metadata: { name, namespace: NAMESPACE },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        terminationGracePeriodSeconds: 2,
        containers: [
          {
            name: 'main',
            image: imageOf(1),
            ports: [{ containerPort: PORT }],
            readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 2 },
          },
        ],
      },
    },
  },
});
