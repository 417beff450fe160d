import type { Node, Pod } from '@kubernats/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noVolumes, pluginDeps } from '../../test/plugin-deps.ts';
import { clusterView } from '../framework/cluster-view.ts';
import { examine } from '../framework/examine.ts';
import { Framework } from '../framework/framework.ts';
import { defaultProfile } from '../plugins/default-profile.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { contentsAfter, snapshotOf } from '../snapshot/restored.ts';
import { Snapshot } from '../snapshot/snapshot.ts';

const frameworkOf = (snapshot: Snapshot) => {
  const view = clusterView(snapshot, { volumes: noVolumes });
  return new Framework(defaultProfile('default-scheduler', pluginDeps(view)), view);
};

const node = (index: number, cpu: number, memoryGi: number, taint: string): Node => ({
  metadata: { name: `node${index}`, labels: { zone: String(memoryGi % 2) } },
  spec: { taints: taint === '' ? [] : [{ key: 'a', effect: taint }], unschedulable: cpu === 3 },
  status: { allocatable: { cpu: String(cpu), memory: `${memoryGi}Gi`, pods: '3' } },
});
const pod = (index: number, cpu: number, memory: number, zone: string): Pod => ({
  metadata: { name: `pod${index}`, namespace: 'default', uid: String(index), labels: { app: String(cpu) } },
  spec: {
    ...(zone === '' ? {} : { nodeSelector: { zone } }),
    containers: [{ name: 'c', image: 'x', resources: { requests: { cpu: String(cpu), memory: `${memory}Gi` } } }],
  },
});

const place = fc.integer({ min: 0, max: 4 });
const amount = fc.integer({ min: 1, max: 4 });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('decide' as const), cpu: amount, memory: amount, zone: fc.constantFrom('', '', '0') }),
  },
  fc.record({
    do: fc.constant('node' as const),
    place,
    cpu: amount,
    memory: amount,
    taint: fc.constantFrom('', '', 'NoSchedule', 'PreferNoSchedule'),
  }),
  fc.record({ do: fc.constant('removeNode' as const), place }),
  fc.record({ do: fc.constant('removePod' as const), index: fc.nat(20) }),
  fc.record({ do: fc.constant('seenBound' as const), index: fc.nat(20) }),
  fc.record({ do: fc.constant('nominate' as const), index: fc.nat(20), place }),
);

test('P7: whatever happens afterwards, a decision is explained as it was made: the same winner, the same refusals', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const snapshot = new Snapshot();
      const framework = frameworkOf(snapshot);
      for (let i = 0; i < 3; i++) snapshot.setNode(node(i, 4, 4 + i, ''));
      const decided: { changes: number; info: ReturnType<typeof podInfoOf>; decision: ReturnType<Framework['decide']> }[] = [];
      for (const each of steps) {
        if (each.do === 'decide') {
          const info = podInfoOf(pod(decided.length, each.cpu, each.memory, each.zone));
          const changes = snapshot.journal.count;
          const decision = framework.decide(info);
          decided.push({ changes, info, decision });
          if (decision.fits) snapshot.assume(info, decision.node.name);
        } else if (each.do === 'node') snapshot.setNode(node(each.place, each.cpu, each.memory, each.taint));
        else if (each.do === 'removeNode') snapshot.removeNode(`node${each.place}`);
        else if (each.do === 'removePod') snapshot.remove(`default/pod${each.index}`);
        else if (each.do === 'nominate') {
          const info = decided[each.index]?.info;
          if (info && snapshot.nodeOf(info.key) === undefined) snapshot.nominations.set(info, `node${each.place}`);
        } else {
          const key = `default/pod${each.index}`;
          const [known, nodeName] = [snapshot.placed(key), snapshot.nodeOf(key)];
          const seen = known && { ...known.pod, spec: { containers: [], ...known.pod.spec, nodeName } };
          if (seen && nodeName) snapshot.place(podInfoOf(seen), nodeName);
        }
      }
      for (const { changes, info, decision } of decided) {
        const contents = contentsAfter(snapshot, changes) ?? expect.unreachable();
        const again = frameworkOf(snapshotOf(contents));
        const { feasible, refused } = examine(again, info);
        expect(feasible[0]?.node.name).toBe(decision.fits ? decision.node.name : undefined);
        if (decision.fits) continue;
        const first = new Map(refused.map(({ node: { name }, refusals: [refusal] }) => [name, refusal?.reasons]));
        expect(first).toEqual(new Map([...decision.refusals].map(([name, { reasons }]) => [name, reasons])));
        expect(again.decide(info)).toMatchObject({ message: decision.message });
      }
    }),
    { numRuns: 300 },
  );
});

test('what happened too long ago is not made up', () => {
  const snapshot = new Snapshot();
  snapshot.setNode(node(0, 4, 8, ''));
  const info = podInfoOf(pod(0, 1, 1, ''));
  const { count } = snapshot.journal;
  for (let i = 0; i < 15_000; i++) {
    snapshot.assume(info, 'node0');
    snapshot.remove(info.key);
  }
  expect(contentsAfter(snapshot, count)?.nodes.size).toBe(1);
  snapshot.assume(info, 'node0');
  expect(contentsAfter(snapshot, count)).toBeUndefined();
});

test('a heartbeat, and a Pod that is seen bound where it was put, leave the journal to what matters', () => {
  const snapshot = new Snapshot();
  const info = podInfoOf(pod(0, 1, 1, ''));
  snapshot.setNode(node(0, 4, 8, ''));
  snapshot.assume(info, 'node0');
  const { count } = snapshot.journal;
  const beating = node(0, 4, 8, '');
  snapshot.setNode({
    ...beating,
    status: { ...beating.status, conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: 'now' }] },
  });
  snapshot.place(podInfoOf({ ...info.pod, spec: { containers: [], ...info.pod.spec, nodeName: 'node0' } }), 'node0');
  expect(snapshot.journal.count).toBe(count);
});
