import type { Node, Pod } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { podInfoOf } from './pod-info.ts';
import { requestsOf } from './resources.ts';
import { Snapshot } from './snapshot.ts';

const GI = 1024 ** 3;
const node = (name: string): Node => ({ metadata: { name }, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } } });
const pod = (name: string, memory: string): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'web', resources: { requests: { memory } }, ports: [{ containerPort: 80, hostPort: 80 }] }] },
});
const memoryOf = (snapshot: Snapshot, name: string) => snapshot.node(name)?.requested.memoryBytes;

describe('the snapshot', () => {
  const info = podInfoOf(pod('a', '2Gi'));

  test('a Pod that was assumed and is then seen counts once, and one that is gone no more', () => {
    const snapshot = new Snapshot();
    snapshot.setNode(node('node1'));
    snapshot.assume(info, 'node1');
    snapshot.place(info, 'node1');
    expect([memoryOf(snapshot, 'node1'), snapshot.isAssumed('default/a')]).toEqual([2 * GI, false]);
    expect(snapshot.remove('default/a')).toBe('node1');
    expect([memoryOf(snapshot, 'node1'), snapshot.node('node1')?.podCount]).toEqual([0, 0]);
  });

  test('a Pod that was assumed and is bound as it was changes no node, and nobody is told of it again', () => {
    const snapshot = new Snapshot();
    snapshot.setNode(node('node1'));
    expect(snapshot.nodes).toHaveLength(1);
    snapshot.assume(info, 'node1');
    const changes = snapshot.changes.count;
    const bound = podInfoOf({ ...info.pod, spec: { ...info.pod.spec, nodeName: 'node1' } } as Pod);
    snapshot.place(bound, 'node1');
    expect([snapshot.changes.count, snapshot.isAssumed('default/a'), memoryOf(snapshot, 'node1')]).toEqual([changes, false, 2 * GI]);
    expect([snapshot.placed('default/a'), ...(snapshot.node('node1')?.pods ?? [])]).toEqual([bound, bound]);
    snapshot.place(podInfoOf({ ...bound.pod, metadata: { ...bound.pod.metadata, labels: { a: 'b' } } }), 'node1');
    expect(snapshot.changes.count).toBeGreaterThan(changes);
  });

  test('a binding that failed frees what was assumed, unless the Pod was seen to be bound', () => {
    const snapshot = new Snapshot();
    snapshot.setNode(node('node1'));
    snapshot.assume(info, 'node1');
    snapshot.forget('default/a');
    expect(memoryOf(snapshot, 'node1')).toBe(0);
    snapshot.assume(info, 'node1');
    snapshot.place(info, 'node1');
    snapshot.forget('default/a');
    expect(memoryOf(snapshot, 'node1')).toBe(2 * GI);
  });

  test('a claim is in use as long as one Pod that uses it counts', () => {
    const snapshot = new Snapshot();
    const using = (name: string) =>
      podInfoOf({
        metadata: { name, namespace: 'default' },
        spec: { containers: [], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
      });
    snapshot.assume(using('a'), 'node1');
    snapshot.place(using('a'), 'node1');
    snapshot.place(using('b'), 'node2');
    snapshot.remove('default/a');
    expect(snapshot.usesClaim('default/data')).toBe(true);
    snapshot.remove('default/b');
    expect(snapshot.usesClaim('default/data')).toBe(false);
  });

  test('a Pod seen on another node than assumed moves there', () => {
    const snapshot = new Snapshot();
    for (const name of ['node1', 'node2']) snapshot.setNode(node(name));
    snapshot.assume(info, 'node1');
    snapshot.place(info, 'node2');
    expect([memoryOf(snapshot, 'node1'), memoryOf(snapshot, 'node2')]).toEqual([0, 2 * GI]);
  });

  test('a removed node is no candidate, and its Pods count again when it returns', () => {
    const snapshot = new Snapshot();
    snapshot.setNode(node('node1'));
    snapshot.place(info, 'node1');
    snapshot.removeNode('node1');
    expect(snapshot.nodes).toEqual([]);
    snapshot.setNode(node('node1'));
    expect(memoryOf(snapshot, 'node1')).toBe(2 * GI);
  });

  test('Pods that are seen before their node count once it is there', () => {
    const snapshot = new Snapshot();
    snapshot.place(info, 'node1');
    snapshot.setNode(node('node1'));
    expect(memoryOf(snapshot, 'node1')).toBe(2 * GI);
  });

  test('a port that two Pods hold is free when both are gone', () => {
    const snapshot = new Snapshot();
    snapshot.setNode(node('node1'));
    snapshot.place(info, 'node1');
    snapshot.place(podInfoOf(pod('b', '1')), 'node1');
    const port = { ip: '0.0.0.0', protocol: 'TCP', port: 80 };
    snapshot.remove('default/a');
    expect(snapshot.node('node1')?.holdsPort(port)).toBe(true);
    snapshot.remove('default/b');
    expect(snapshot.node('node1')?.holdsPort(port)).toBe(false);
  });
});

describe('what a Pod asks for', () => {
  const container = (memory: string | undefined, restartPolicy?: string) => ({
    name: 'c',
    restartPolicy,
    resources: memory === undefined ? undefined : { requests: { memory } },
  });

  test('its containers together, or its largest init container beside the sidecars before it', () => {
    const { exact } = requestsOf({
      spec: { initContainers: [container('1Gi', 'Always'), container('6Gi')], containers: [container('2Gi')] },
    });
    expect(exact.memoryBytes).toBe(7 * GI);
  });

  test('sidecars count with the containers', () => {
    const { exact } = requestsOf({
      spec: { initContainers: [container('1Gi', 'Always')], containers: [container('2Gi'), container('1Gi')] },
    });
    expect(exact.memoryBytes).toBe(4 * GI);
  });

  test('overhead is added; scoring takes a small amount for a container without requests', () => {
    const { exact, forScore } = requestsOf({ spec: { overhead: { memory: '1Gi' }, containers: [container(undefined)] } });
    expect([exact.memoryBytes, exact.cpuMilli]).toEqual([GI, 0]);
    expect([forScore.memoryBytes, forScore.cpuMilli]).toEqual([GI + 200 * 1024 ** 2, 100]);
  });
});
