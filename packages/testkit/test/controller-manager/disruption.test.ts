import { Deployments, PodDisruptionBudgets, Pods } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startControlPlane } from './control-plane.ts';
import { deployment } from './objects.ts';

test('P8: an eviction that would break the budget is refused, and the next is granted when a Pod has taken the place', async () => {
  await using plane = await startControlPlane();
  const pods = plane.client.kind(Pods);
  const makeReady = async (): Promise<void> => {
    for (const { metadata } of await plane.list(Pods)) {
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      await pods.patch(metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
    }
    await plane.pass(1);
  };
  await plane.client.kind(Deployments).create(deployment('web', 2));
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'web' } } };
  await plane.client.kind(PodDisruptionBudgets).create({ metadata: { name: 'web', namespace: 'default' }, spec });
  await plane.pass(1);
  await makeReady();
  const budget = async () => (await plane.client.kind(PodDisruptionBudgets).get('web', 'default')).status;
  expect(await budget()).toMatchObject({ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 });
  const [first, second] = (await plane.list(Pods)).map(({ metadata }) => metadata?.name ?? '');
  await pods.evict(first ?? '', 'default', { gracePeriodSeconds: 0 });
  await expect(pods.evict(second ?? '', 'default')).rejects.toMatchObject({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    // The controller may or may not have seen the first one go.
    details: {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: expect.stringMatching(/^The disruption budget web needs 1 healthy pods and has [12] currently$/),
        },
      ],
    },
  });
  await plane.pass(2);
  await makeReady();
  expect(await budget()).toMatchObject({ disruptionsAllowed: 1, currentHealthy: 2 });
  await pods.evict(second ?? '', 'default', { gracePeriodSeconds: 0 });
});
