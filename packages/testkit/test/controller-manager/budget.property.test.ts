import { Deployments, PodDisruptionBudgets, Pods } from '@kubernats/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { deployment, isReady } from './objects.ts';

const REPLICAS = 5;

/** What happens between two moments at which all controllers have seen everything. */
type Happening = 'roll out' | 'a node is lost' | 'kubelets work' | 'controllers die' | { evictAtOnce: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constantFrom<Happening>('roll out', 'a node is lost', 'kubelets work', 'kubelets work', 'controllers die'),
  fc.integer({ min: 1, max: 4 }).map((evictAtOnce) => ({ evictAtOnce })),
);

const healthy = async (plane: ControlPlane) => (await plane.list(Pods)).filter((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp);

/** Pods on their way out go, and one of the young ones becomes ready. */
async function kubeletsWork(plane: ControlPlane): Promise<void> {
  const pods = plane.client.kind(Pods);
  const all = await plane.list(Pods);
  for (const { metadata } of all.filter(({ metadata }) => metadata?.deletionTimestamp))
    await pods.delete(metadata?.name ?? '', 'default', { gracePeriodSeconds: 0 });
  const young = all.filter((pod) => !isReady(pod) && !pod.metadata?.deletionTimestamp);
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  for (const { metadata } of young.slice(0, 2))
    await pods.patch(metadata?.name ?? '', 'default', 'strategic', { status }, { subresource: 'status' });
}

/** Evicts so many healthy Pods in the same moment, beside a roll-out if there is one. Answers how many it was granted. */
async function evict(plane: ControlPlane, count: number): Promise<number> {
  const victims = (await healthy(plane)).slice(0, count);
  const answers = await Promise.allSettled(victims.map(({ metadata }) => plane.client.kind(Pods).evict(metadata?.name ?? '', 'default')));
  for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 429 });
  return answers.filter(({ status }) => status === 'fulfilled').length;
}

test('P8: whatever happens, no eviction leaves fewer healthy Pods than the budget says', async () => {
  const budget = fc.oneof(
    fc.record({ minAvailable: fc.integer({ min: 1, max: REPLICAS }) }),
    fc.record({ maxUnavailable: fc.integer({ min: 0, max: 2 }) }),
  );
  const property = fc.asyncProperty(budget, fc.array(happening, { minLength: 4, maxLength: 16 }), async (limits, happenings) => {
    await using plane = await startControlPlane({}, { direct: true });
    const atLeast = 'minAvailable' in limits ? limits.minAvailable : REPLICAS - limits.maxUnavailable;
    await plane.client.kind(Deployments).create(deployment('web', REPLICAS, { image: 'v0' }));
    const spec = { ...limits, selector: { matchLabels: { app: 'web' } } };
    await plane.client.kind(PodDisruptionBudgets).create({ metadata: { name: 'web', namespace: 'default' }, spec });
    await plane.pass(1);
    for (let i = 0; i < 3; i++) {
      await kubeletsWork(plane);
      await plane.pass(1);
    }
    for (const [i, what] of happenings.entries()) {
      const before = (await healthy(plane)).length;
      if (what === 'kubelets work') await kubeletsWork(plane);
      else if (what === 'controllers die') await plane.restart();
      else if (what === 'a node is lost') {
        const [lost] = await healthy(plane);
        if (lost) await plane.client.kind(Pods).delete(lost.metadata?.name ?? '', 'default', { gracePeriodSeconds: 0 });
      } else if (what === 'roll out') {
        const template = { spec: { containers: [{ name: 'web', image: `v${i + 1}` }] } };
        const rolling = plane.client.kind(Deployments).patch('web', 'default', 'strategic', { spec: { template } });
        // In the same moment, before anybody has seen it.
        expect(await evict(plane, 2)).toBeLessThanOrEqual(Math.max(0, before - atLeast));
        await rolling;
      } else
        expect(await evict(plane, what.evictAtOnce), JSON.stringify(happenings.slice(0, i + 1))).toBeLessThanOrEqual(
          Math.max(0, before - atLeast),
        );
      await plane.pass(1);
    }
  });
  await fc.assert(property, { numRuns: 10 });
});
