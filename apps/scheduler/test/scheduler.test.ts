import type { Lease, Pod } from '@kubernats/api';
import { unavailable } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { FakeApi } from './fake-api.ts';
import { eventTexts, node, nodeOf, pod, start } from './objects.ts';

describe('the scheduler', () => {
  test('P7: binds what waits and what comes, counting what it just decided', async () => {
    const api = new FakeApi();
    for (const name of ['node1', 'node2']) api.put('nodes', node(name, '2Gi'));
    api.put('pods', pod('a', '2Gi'));
    const { clock } = start(api);
    await clock.advance(10);
    api.put('pods', pod('b', '2Gi'));
    await clock.advance(10);
    expect([nodeOf(api, 'a'), nodeOf(api, 'b')].sort()).toEqual(['node1', 'node2']);
    expect(eventTexts(api)).toContain(`Normal Scheduled Successfully assigned default/a to ${nodeOf(api, 'a')}`);
    expect(api.events[0]).toMatchObject({
      reportingComponent: 'default-scheduler',
      action: 'Binding',
      involvedObject: { kind: 'Pod', name: 'a' },
    });
  });

  test('P7: a Pod that fits nowhere says why, and goes when another makes room', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '2Gi'));
    api.put('pods', pod('first', '2Gi'));
    const { clock } = start(api);
    await clock.advance(10);
    api.put('pods', pod('second', '2Gi'));
    await clock.advance(10);
    const message =
      '0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';
    expect(api.condition('second')).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
    expect(eventTexts(api)).toContain(`Warning FailedScheduling ${message}`);
    await clock.advance(60_000);
    const attempts = api.events.length;
    expect(attempts).toBe(2);
    api.remove('pods', 'default/first');
    await clock.advance(10);
    expect(nodeOf(api, 'second')).toBe('node1');
  });

  test('Pods wait for the first node', async () => {
    const api = new FakeApi();
    const { clock } = start(api);
    api.put('pods', pod('a'));
    await clock.advance(10);
    expect(api.condition('a')?.message).toBe('no nodes available to schedule pods');
    api.put('nodes', node('node1'));
    await clock.advance(1_000);
    expect(nodeOf(api, 'a')).toBe('node1');
  });

  test('a change of a node that does not help wakes nobody', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '1Gi'));
    const { clock } = start(api);
    api.put('pods', pod('a', '2Gi'));
    await clock.advance(10);
    for (let i = 0; i < 5; i++) {
      api.put('nodes', { ...node('node1', '1Gi'), metadata: { name: 'node1', labels: { beat: String(i) } } });
      await clock.advance(20_000);
    }
    expect(api.events).toHaveLength(1);
  });

  test('a Pod that ended makes room', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '2Gi'));
    api.put('pods', pod('done', '2Gi', { nodeName: 'node1' }));
    api.put('pods', pod('next', '2Gi'));
    const { clock } = start(api);
    await clock.advance(2_000);
    expect(nodeOf(api, 'next')).toBeUndefined();
    const ended: Pod = { ...pod('done', '2Gi', { nodeName: 'node1' }), status: { phase: 'Succeeded' } };
    api.put('pods', ended);
    await clock.advance(10);
    expect(nodeOf(api, 'next')).toBe('node1');
  });

  test('R1: a Pod that is resized makes room once its node has done it, or says that it never will', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '4Gi'));
    const holds = (memory: string, allocated: string, reason?: string): Pod => {
      const bound = pod('held', memory, { nodeName: 'node1' });
      const name = bound.spec?.containers[0]?.name ?? '';
      const containerStatuses = [{ name, image: '', imageID: '', ready: true, restartCount: 0, allocatedResources: { memory: allocated } }];
      const conditions = reason === undefined ? [] : [{ type: 'PodResizePending', status: 'True', reason }];
      return {
        ...bound,
        metadata: { ...bound.metadata, generation: Number(memory[0]) },
        status: { phase: 'Running', containerStatuses, conditions },
      };
    };
    api.put('pods', holds('3Gi', '3Gi'));
    api.put('pods', pod('next', '2Gi'));
    const { clock } = start(api);
    await clock.advance(2_000);
    api.put('pods', holds('2Gi', '3Gi'));
    await clock.advance(60_000);
    expect(nodeOf(api, 'next'), 'it holds what it had').toBeUndefined();
    api.put('pods', holds('2Gi', '2Gi'));
    await clock.advance(10);
    expect(nodeOf(api, 'next')).toBe('node1');
    api.remove('pods', 'default/next');
    api.put('pods', holds('8Gi', '2Gi'));
    await clock.advance(10);
    api.put('pods', pod('last', '2Gi'));
    await clock.advance(2_000);
    expect(nodeOf(api, 'last'), 'it may get what it asks for').toBeUndefined();
    api.put('pods', holds('8Gi', '2Gi', 'Infeasible'));
    await clock.advance(10);
    expect(nodeOf(api, 'last')).toBe('node1');
  });

  test("leaves alone what is another scheduler's, gated, or going", async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1'));
    api.put('pods', pod('other', '1', { schedulerName: 'mine' }));
    api.put('pods', pod('gated', '1', { schedulingGates: [{ name: 'wait' }] }));
    api.put('pods', { ...pod('going', '1'), metadata: { name: 'going', namespace: 'default', deletionTimestamp: 'now' } });
    const { clock } = start(api);
    await clock.advance(5_000);
    expect(api.events).toEqual([]);
    const opened = pod('gated', '1', { schedulingGates: [] });
    api.put('pods', { ...opened, metadata: { ...opened.metadata, generation: 2 } });
    await clock.advance(10);
    expect(nodeOf(api, 'gated')).toBe('node1');
  });

  test('P7: priority goes first', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '1Gi'));
    api.put('pods', pod('low', '1Gi'));
    api.put('pods', pod('high', '1Gi', { priority: 10 }));
    const { clock } = start(api);
    await clock.advance(10);
    expect([nodeOf(api, 'high'), nodeOf(api, 'low')]).toEqual(['node1', undefined]);
  });

  test('a binding that fails frees the node again, and is tried after a backoff', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1', '1Gi'));
    let refusals = 2;
    api.intercept = ({ subresource }) => {
      if (subresource === 'binding' && refusals-- > 0) throw unavailable('away');
    };
    api.put('pods', pod('a', '1Gi'));
    const { clock } = start(api);
    await clock.advance(500);
    expect(nodeOf(api, 'a')).toBeUndefined();
    expect(eventTexts(api)).toContain('Warning FailedScheduling binding rejected: running Bind plugin "DefaultBinder": away');
    await clock.advance(4_000);
    expect(nodeOf(api, 'a')).toBe('node1');
  });

  test('only the leader schedules, and the next one takes over what waits', async () => {
    const api = new FakeApi();
    api.put('nodes', node('node1'));
    const first = start(api, { leaderElection: { identity: 'one' } });
    await first.clock.advance(10);
    const second = start(api, { leaderElection: { identity: 'two' } }, first.clock);
    api.put('pods', pod('a'));
    await first.clock.advance(3_000);
    expect(nodeOf(api, 'a')).toBe('node1');
    first.stop.abort();
    await first.done;
    api.put('pods', pod('b'));
    await first.clock.advance(5_000);
    expect(nodeOf(api, 'b')).toBe('node1');
    const lease = api.object('leases', 'kube-system/kube-scheduler') as Lease;
    expect(lease.spec?.holderIdentity).toBe('two');
    second.stop.abort();
    await second.done;
  });

  test('5,000 Pods on 100 nodes spread evenly', async () => {
    const api = new FakeApi();
    for (let i = 0; i < 100; i++) api.put('nodes', node(`node${i}`, '64Gi'));
    for (let i = 0; i < 5_000; i++) api.put('pods', pod(`p${i}`, '64Mi'));
    const { clock } = start(api);
    for (let i = 0; i < 200 && api.events.length < 5_000; i++) await clock.advance(5);
    const counts = new Map<string, number>();
    for (let i = 0; i < 5_000; i++) {
      const name = nodeOf(api, `p${i}`) ?? 'none';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect([...counts.values()].every((count) => count === 50)).toBe(true);
  });
});
