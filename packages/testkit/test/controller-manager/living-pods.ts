import { type Pod, Pods } from '@kubernats/api';
import type { ControlPlane } from './control-plane.ts';
import { isReady } from './objects.ts';

/** A template of Pods of one container. */
export const template = (app: string, image: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image }] },
});
export const isDone = (pods: Pod[], count: number, image: string): boolean =>
  pods.length === count &&
  pods.every((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp && pod.spec?.containers[0]?.image === image);

/** What kubelets do: of the Pods that are not ready one becomes so. Those that go are gone by themselves: they are on no node. */
export async function live(plane: ControlPlane): Promise<Pod[]> {
  const now = await plane.list(Pods);
  const [young] = now.filter((pod) => !isReady(pod) && !pod.metadata?.deletionTimestamp);
  if (young) {
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    await plane.client.kind(Pods).patch(young.metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
  }
  return now;
}
