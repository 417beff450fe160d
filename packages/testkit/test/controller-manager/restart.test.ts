import { Deployments, type Pod, Pods } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startControlPlane } from './control-plane.ts';
import { deployment, isReady } from './objects.ts';

test('a roll-out goes on, within its bounds, when the controllers are replaced on its way', async () => {
  await using plane = await startControlPlane();
  const pods = plane.client.kind(Pods);
  const counts: { all: number; ready: number }[] = [];
  /** What kubelets do: some of the Pods that are not ready become so. */
  const live = async (): Promise<Pod[]> => {
    const now = await plane.list(Pods);
    counts.push({ all: now.length, ready: now.filter(isReady).length });
    for (const { metadata } of now.filter((pod) => !isReady(pod)).slice(0, 3)) {
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      await pods.patch(metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
    }
    return now;
  };
  const isDone = (now: Pod[], image: string): boolean =>
    now.length === 20 && now.every((pod) => isReady(pod) && pod.spec?.containers[0]?.image === image);
  const rollOut = async (image: string, restarts: boolean): Promise<void> => {
    for (let seconds = 0; !isDone(await live(), image); seconds++) {
      expect(seconds).toBeLessThan(100);
      if (restarts && seconds % 3 === 1) await plane.restart();
      await plane.pass(1);
    }
  };

  await plane.client.kind(Deployments).create(deployment('web', 20, { image: 'a' }));
  await rollOut('a', true);
  counts.length = 0;
  const template = { spec: { containers: [{ name: 'web', image: 'b' }] } };
  await plane.client.kind(Deployments).patch('web', 'default', 'strategic', { spec: { template } });
  await rollOut('b', true);
  expect(Math.max(...counts.map(({ all }) => all))).toBeLessThanOrEqual(25);
  expect(Math.min(...counts.map(({ ready }) => ready))).toBeGreaterThanOrEqual(15);
});
