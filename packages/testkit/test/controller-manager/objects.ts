import { CoreEvents, type Deployment, type KubeObject, type Pod, Pods, type ReplicaSet, ReplicaSets, type Service } from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';
import type { TestCluster } from '../../src/index.ts';

/** What a Deployment of these tests may say beside its name and size. */
export interface DeploymentShape {
  image?: string;
  spec?: Partial<NonNullable<Deployment['spec']>>;
  pod?: Partial<NonNullable<Pod['spec']>>;
  annotations?: Record<string, string>;
}

export function deployment(name: string, replicas: number, shape: DeploymentShape = {}): Deployment {
  const { image = 'registry.test/web:1', spec, pod, annotations } = shape;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...(annotations && { annotations }) },
        spec: { containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }], ...pod },
      },
      ...spec,
    },
  };
}

export function service(name: string, app: string, targetPort: number | string = 8080): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app }, ports: [{ port: 80, targetPort }] },
  };
}

export const inDefault = (labelSelector?: string) => ({ namespace: 'default', labelSelector });
export const namesOf = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata?.name ?? '').sort();
export const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

/** The Pods of an app, once there are so many and all are Ready. */
export function readyPods(cluster: TestCluster, app: string, count: number): Promise<Pod[]> {
  return cluster.waitForAll(Pods, (pods) => pods.length === count && pods.every(isReady), inDefault(`app=${app}`));
}

export async function replicaSetsOf(cluster: TestCluster, app: string): Promise<ReplicaSet[]> {
  return (await cluster.client.kind(ReplicaSets).list(inDefault(`app=${app}`))).items;
}

export const ownerUidOf = (object: KubeObject): string | undefined => controllerOf(object)?.uid;

/** The texts of the events about an object, once one of that reason is among them. */
export async function eventsAbout(cluster: TestCluster, name: string, reason: string): Promise<string[]> {
  const ofIt = await cluster.waitForAll(CoreEvents, (events) =>
    events.some((event) => event.involvedObject.name === name && event.reason === reason),
  );
  return ofIt.filter((event) => event.involvedObject.name === name && event.reason === reason).map(({ message = '' }) => message);
}
