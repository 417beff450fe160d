import type { Node, Pod, PodDisruptionBudget, PodSpec } from '@kubernats/api';
import { unavailable } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { FakeApi } from './fake-api.ts';
import { eventTexts, node, nodeOf, pod, start } from './objects.ts';

const on = (nodeName: string, priority: number, more: Partial<PodSpec> = {}): Partial<PodSpec> => ({ nodeName, priority, ...more });
const nominated = (api: FakeApi, name: string) => api.pod(name)?.status?.nominatedNodeName;
const isGoing = (api: FakeApi, name: string) => api.pod(name)?.metadata?.deletionTimestamp !== undefined;
const target = (api: FakeApi, name: string) => api.pod(name)?.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');

const budget = (name: string, app: string, disruptionsAllowed: number): PodDisruptionBudget => ({
  metadata: { name, namespace: 'default' },
  spec: { selector: { matchLabels: { app } } },
  status: { disruptionsAllowed, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
});
const cordoned = (name: string): Node => ({ ...node(name, '2Gi'), spec: { unschedulable: true } });
const labelled = (each: Pod, app: string): Pod => ({ ...each, metadata: { ...each.metadata, labels: { app } } });

describe('P7: preemption', () => {
  test('a Pod takes the place of one of lower priority, once that is gone', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '2Gi'));
    api.put('pods', pod('low', '2Gi', on('node1', 0)));
    const { clock } = start(api);
    await clock.advance(10);
    api.put('pods', pod('high', '2Gi', { priority: 10 }));
    await clock.advance(10);
    expect(nominated(api, 'high')).toBe('node1');
    expect(api.condition('high')).toMatchObject({ reason: 'Unschedulable', message: '0/1 nodes are available: 1 Insufficient memory.' });
    expect(isGoing(api, 'low')).toBe(true);
    expect(target(api, 'low')).toEqual({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
      lastTransitionTime: expect.any(String),
      observedGeneration: 1,
    });
    expect(api.events.find(({ reason }) => reason === 'Preempted')).toMatchObject({
      ...{ type: 'Normal', action: 'Preempting', message: 'Preempted by pod pods-default/high on node node1' },
      ...{ involvedObject: { kind: 'Pod', name: 'low' }, related: { kind: 'Pod', name: 'high' } },
    });
    await clock.advance(60_000);
    expect(nodeOf(api, 'high')).toBeUndefined();
    api.remove('pods', 'default/low');
    await clock.advance(10);
    expect(nodeOf(api, 'high')).toBe('node1');
    expect(nominated(api, 'high')).toBeUndefined();
  });

  test('equals and betters stay, and the message says so', async () => {
    const api = new FakeApi();
    for (const name of ['node1', 'node2', 'node3']) api.put('nodes', node(name, '2Gi'));
    api.put('pods', pod('equal', '2Gi', on('node1', 10)));
    api.put('pods', pod('better', '2Gi', on('node2', 11)));
    api.put('nodes', cordoned('node3'));
    api.put('pods', pod('late', '2Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(10);
    expect(api.condition('late')?.message).toBe(
      '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient memory. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
    );
    expect(nominated(api, 'late')).toBeUndefined();
  });

  test('where the room would not do without those of lower priority either, the message says why', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '4Gi'));
    api.put('pods', pod('equal', '3Gi', on('node1', 10)));
    api.put('pods', pod('low', '1Gi', on('node1', 0)));
    api.put('pods', pod('late', '2Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(10);
    expect(api.condition('late')?.message).toBe(
      '0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 nodes are available: 1 Insufficient memory.',
    );
    expect(isGoing(api, 'low')).toBe(false);
    // With the equal one gone there is room enough, if the lower one goes as well.
    api.put('pods', pod('greedy', '4Gi', { priority: 10 }));
    await clock.advance(10);
    api.remove('pods', 'default/equal');
    await clock.advance(3_000);
    expect([nodeOf(api, 'late'), nominated(api, 'greedy'), isGoing(api, 'low')]).toEqual(['node1', undefined, false]);
    api.remove('pods', 'default/late');
    await clock.advance(10_000);
    expect([nominated(api, 'greedy'), isGoing(api, 'low')]).toEqual(['node1', true]);
  });

  test('preemptionPolicy Never waits', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '2Gi'));
    api.put('pods', pod('low', '2Gi', on('node1', 0)));
    api.put('pods', pod('patient', '2Gi', { priority: 10, preemptionPolicy: 'Never' }));
    const { clock } = start(api);
    await clock.advance(10);
    expect(api.condition('patient')?.message).toBe(
      '0/1 nodes are available: 1 Insufficient memory. preemption: not eligible due to preemptionPolicy=Never.',
    );
    expect(isGoing(api, 'low')).toBe(false);
  });

  test('no more go than must, those that a budget protects last', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '4Gi'));
    api.put('poddisruptionbudgets', budget('shop', 'shop', 0));
    api.put('pods', labelled(pod('shop', '2Gi', on('node1', 0)), 'shop'));
    api.put('pods', labelled(pod('batch', '2Gi', on('node1', 5)), 'batch'));
    api.put('pods', pod('high', '2Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(10);
    expect([isGoing(api, 'shop'), isGoing(api, 'batch')]).toEqual([false, true]);
  });

  test('the nominated place is not taken by one of equal or lower priority, but by one of higher', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '2Gi'));
    api.put('pods', pod('low', '2Gi', on('node1', 0)));
    api.put('pods', pod('high', '2Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(10);
    for (const [name, priority] of [
      ['equal', 10],
      ['lower', 5],
    ] as const)
      api.put('pods', pod(name, '1Gi', { priority }));
    await clock.advance(10);
    expect(api.condition('equal')?.message).toContain('1 Insufficient memory.');
    // Its room is free already, and nobody but it may have it.
    api.put('nodes', node('node1', '3Gi'));
    await clock.advance(1);
    api.put('pods', pod('higher', '2Gi', { priority: 20 }));
    await clock.advance(1);
    expect([nominated(api, 'higher'), nominated(api, 'high')]).toEqual(['node1', undefined]);
    api.remove('pods', 'default/low');
    await clock.advance(10_000);
    expect(nodeOf(api, 'higher')).toBe('node1');
    expect(['high', 'equal', 'lower'].map((name) => nodeOf(api, name)).filter((each) => each !== undefined)).toEqual(['node1']);
  });

  test('when a Pod for which room was made is gone, others may have the room', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '2Gi'));
    api.put('pods', pod('low', '1Gi', on('node1', 0)));
    api.put('pods', pod('high', '2Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(10);
    api.put('pods', pod('small', '1Gi'));
    await clock.advance(10);
    expect(nodeOf(api, 'small')).toBeUndefined();
    api.remove('pods', 'default/high');
    await clock.advance(3_000);
    expect(nodeOf(api, 'small')).toBe('node1');
  });

  test('while the victims end the Pod looks for no others; when its node cannot do at all it does', async () => {
    const api = new FakeApi();
    for (const name of ['node1', 'node2']) api.put('nodes', node(name, '2Gi'));
    for (const name of ['node1', 'node2']) api.put('pods', pod(`low-${name}`, '2Gi', on(name, name === 'node1' ? 0 : 1)));
    api.put('pods', pod('high', '2Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(10);
    expect(nominated(api, 'high')).toBe('node1');
    // Something happens that lets it be tried again.
    api.put('pods', labelled(api.pod('high') as Pod, 'new'));
    await clock.advance(60_000);
    expect(api.condition('high')?.message).toBe(
      '0/2 nodes are available: 2 Insufficient memory. preemption: not eligible due to a terminating pod on the nominated node.',
    );
    expect([nominated(api, 'high'), isGoing(api, 'low-node2')]).toEqual(['node1', false]);
    api.put('nodes', cordoned('node1'));
    await clock.advance(60_000);
    expect([nominated(api, 'high'), isGoing(api, 'low-node2')]).toEqual(['node2', true]);
    // Now that node goes, and the first one will do again.
    api.put('nodes', node('node1', '2Gi'));
    api.remove('nodes', 'node2');
    await clock.advance(60_000);
    expect(nominated(api, 'high')).toBe('node1');
    api.remove('pods', 'default/low-node1');
    await clock.advance(60_000);
    expect(nodeOf(api, 'high')).toBe('node1');
  });

  test('a victim that cannot be told to go is told again', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '2Gi'));
    api.put('pods', pod('one', '1Gi', on('node1', 0)));
    api.put('pods', pod('two', '1Gi', on('node1', 0)));
    let refusals = 1;
    api.intercept = ({ verb, name }) => {
      if (verb === 'delete' && name === 'two' && refusals-- > 0) throw unavailable('away');
    };
    api.put('pods', pod('high', '2Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(10);
    expect([isGoing(api, 'one'), isGoing(api, 'two')]).toEqual([true, false]);
    api.remove('pods', 'default/one');
    await clock.advance(20_000);
    expect(isGoing(api, 'two')).toBe(true);
    api.remove('pods', 'default/two');
    await clock.advance(20_000);
    expect(nodeOf(api, 'high')).toBe('node1');
  });

  test('no harm is done for a Pod that is gone', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '2Gi'));
    api.put('pods', pod('low', '2Gi', on('node1', 0)));
    api.intercept = ({ verb, name }) => {
      if (verb === 'patch' && name === 'high') api.remove('pods', 'default/high');
    };
    api.put('pods', pod('high', '2Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(20_000);
    expect(isGoing(api, 'low')).toBe(false);
    expect(eventTexts(api).filter((text) => text.includes('Preempted'))).toEqual([]);
  });

  test('another Pod of the name of a victim, which is more important, is left alone', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '2Gi'));
    api.put('pods', pod('web', '2Gi', on('node1', 0)));
    const successor = pod('web', '2Gi', on('node1', 100));
    api.intercept = ({ verb, name }) => {
      if (verb === 'patch' && name === 'high') api.put('pods', { ...successor, metadata: { ...successor.metadata, uid: 'another' } });
    };
    api.put('pods', pod('high', '2Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(20_000);
    expect(api.pod('web')?.metadata).toMatchObject({ uid: 'another' });
    expect(isGoing(api, 'web')).toBe(false);
    expect(target(api, 'web')).toBeUndefined();
  });
});
