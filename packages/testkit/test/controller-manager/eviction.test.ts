import { Deployments, type Pod, type PodDisruptionBudget, PodDisruptionBudgets, Pods } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { deployment } from './objects.ts';

type Policy = NonNullable<PodDisruptionBudget['spec']>['unhealthyPodEvictionPolicy'];
type State = 'ready' | 'unhealthy' | 'pending';

const STATUS: Record<State, Pod['status']> = {
  ready: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  unhealthy: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] },
  pending: { phase: 'Pending' },
};

/** Pods in these states, of which so many must be healthy. Answers with their names, in the order of `states`. */
async function podsIn(plane: ControlPlane, states: readonly State[], minAvailable: number, policy: Policy): Promise<string[]> {
  await plane.client.kind(Deployments).create(deployment('web', states.length));
  const spec = { minAvailable, selector: { matchLabels: { app: 'web' } }, unhealthyPodEvictionPolicy: policy };
  await plane.client.kind(PodDisruptionBudgets).create({ metadata: { name: 'web', namespace: 'default' }, spec });
  await plane.pass(1);
  const names = (await plane.list(Pods)).map(({ metadata }) => metadata?.name ?? '');
  for (const [i, state] of states.entries()) {
    await plane.client.kind(Pods).patch(names[i] ?? '', 'default', 'merge', { status: STATUS[state] }, { subresource: 'status' });
  }
  await plane.pass(1);
  return names;
}

const GRANTED = 'granted';
const needs = (desired: number, current: number): string =>
  `The disruption budget web needs ${desired} healthy pods and has ${current} currently`;

test.each<{ states: State[]; minAvailable: number; policy: Policy; answer: string }>([
  { states: ['unhealthy', 'ready', 'ready'], minAvailable: 2, policy: undefined, answer: GRANTED },
  { states: ['unhealthy', 'ready', 'ready'], minAvailable: 2, policy: 'IfHealthyBudget', answer: GRANTED },
  { states: ['unhealthy', 'ready'], minAvailable: 2, policy: undefined, answer: needs(2, 1) },
  { states: ['unhealthy', 'ready'], minAvailable: 2, policy: 'IfHealthyBudget', answer: needs(2, 1) },
  { states: ['unhealthy', 'ready'], minAvailable: 2, policy: 'AlwaysAllow', answer: GRANTED },
  { states: ['ready', 'unhealthy'], minAvailable: 2, policy: 'AlwaysAllow', answer: needs(2, 1) },
  { states: ['pending', 'ready'], minAvailable: 2, policy: 'IfHealthyBudget', answer: GRANTED },
])(
  'P8: the first of $states, of which $minAvailable must be healthy ($policy): $answer',
  async ({ states, minAvailable, policy, answer }) => {
    await using plane = await startControlPlane({}, { direct: true });
    const [first = ''] = await podsIn(plane, states, minAvailable, policy);
    const evicted = plane.client.kind(Pods).evict(first, 'default');
    if (answer === GRANTED) await evicted;
    else await expect(evicted).rejects.toMatchObject({ code: 429, details: { causes: [{ reason: 'DisruptionBudget', message: answer }] } });
    await plane.pass(2);
    const left = (await plane.list(Pods)).map(({ metadata }) => metadata?.name);
    expect([left.length, left.includes(first)]).toEqual([states.length, answer !== GRANTED]);
  },
);
