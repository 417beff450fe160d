import type { Node, Pod, PodDisruptionBudget } from '@kubernats/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noVolumes, pluginDeps } from '../../test/plugin-deps.ts';
import { clusterView } from '../framework/cluster-view.ts';
import type { Decision } from '../framework/decision.ts';
import { Framework } from '../framework/framework.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { defaultProfile } from './default-profile.ts';

interface Placed {
  node: number;
  priority: number;
  memory: number;
  port: number;
  hour: number;
  app: string;
  /** Not there yet: room is made for it. */
  expected: boolean;
}

interface Cluster {
  nodes: { memory: number; pods: number; cordoned: boolean }[];
  placed: Placed[];
  budgets: { app: string; allowed: number }[];
  wanted: { priority: number; memory: number; port: number };
}

const oneIn = (count: number): fc.Arbitrary<boolean> => fc.nat(count - 1).map((number) => number === 0);
/** Few Pods hold a port. */
const port = fc.nat(9).map((number) => (number < 3 ? number : 0));

/** Full clusters of small nodes, so that most often somebody has to go. */
const clusters: fc.Arbitrary<Cluster> = fc.record({
  nodes: fc.array(fc.record({ memory: fc.integer({ min: 3, max: 6 }), pods: fc.integer({ min: 3, max: 6 }), cordoned: oneIn(6) }), {
    minLength: 1,
    maxLength: 4,
  }),
  placed: fc.array(
    fc.record({
      ...{ node: fc.nat(3), priority: fc.integer({ min: -2, max: 3 }), memory: fc.nat(2), port, hour: fc.nat(1) },
      ...{ app: fc.constantFrom('', 'a', 'b'), expected: oneIn(10) },
    }),
    { minLength: 8, maxLength: 16 },
  ),
  budgets: fc.array(fc.record({ app: fc.constantFrom('a', 'b'), allowed: fc.nat(2) }), { maxLength: 3 }),
  wanted: fc.record({ priority: fc.integer({ min: 0, max: 3 }), memory: fc.integer({ min: 1, max: 3 }), port }),
});

const nodeName = (place: number): string => `node${place}`;
const podOf = (name: string, { priority, memory, port, hour = 0, app = '' }: Partial<Placed>): Pod => ({
  metadata: { name, namespace: 'default', ...(app && { labels: { app } }) },
  spec: {
    priority,
    containers: [
      { name: 'c', resources: { requests: { memory: `${memory}Gi` } }, ports: port ? [{ containerPort: port, hostPort: port }] : [] },
    ],
  },
  status: { startTime: `2026-11-27T0${hour}:00:00Z` },
});

interface Twist {
  /** These Pods are not there. */
  gone?: ReadonlySet<string>;
  /** The wanted Pod is expected there. */
  nominated?: string;
  /** Everything is seen in the reverse order. */
  reversed?: boolean;
}

function decide({ nodes, placed, budgets, wanted }: Cluster, { gone, nominated, reversed = false }: Twist = {}): Decision {
  const snapshot = new Snapshot();
  const inOrder = <T>(list: readonly T[]): T[] => (reversed ? list.toReversed() : [...list]);
  for (const [place, { memory, pods, cordoned }] of inOrder([...nodes.entries()])) {
    const node: Node = { metadata: { name: nodeName(place) }, spec: { unschedulable: cordoned } };
    snapshot.setNode({ ...node, status: { allocatable: { cpu: '4', memory: `${memory}Gi`, pods: String(pods) } } });
  }
  for (const { name, each } of inOrder(named(placed))) {
    if (gone?.has(name)) continue;
    if (each.expected) snapshot.nominations.set(podInfoOf(podOf(name, each)), nodeName(each.node));
    else snapshot.place(podInfoOf(podOf(name, each)), nodeName(each.node));
  }
  const info = podInfoOf(podOf('wanted', wanted));
  if (nominated !== undefined) snapshot.nominations.set(info, nominated);
  const rules = budgets.map(
    ({ app, allowed }): PodDisruptionBudget => ({
      metadata: { namespace: 'default' },
      spec: { selector: { matchLabels: { app } } },
      status: { disruptionsAllowed: allowed, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    }),
  );
  const view = clusterView(snapshot, {
    volumes: noVolumes,
    preemption: { budgets: rules, newest: ({ pod }) => pod, isPreempted: () => false },
  });
  return new Framework(defaultProfile('default-scheduler', pluginDeps(view)), view).decide(info);
}

const named = (placed: readonly Placed[]) => placed.map((each, index) => ({ name: `p${index}`, each }));

/** What was nominated, as texts. */
function nominationOf(decision: Decision): { node: string; victims: string[] } | undefined {
  if (decision.fits || !decision.nominated || decision.nominated === 'none') return undefined;
  const { node, victims } = decision.nominated;
  return { node: node.name, victims: victims.map(({ pod }) => pod.metadata?.name ?? '') };
}

/** The Pods of lower priority on a node. */
const lowerOn = ({ placed, wanted }: Cluster, node: string): Set<string> =>
  new Set(
    named(placed)
      .filter(({ each }) => !each.expected && nodeName(each.node) === node && each.priority < wanted.priority)
      .map(({ name }) => name),
  );

test('P7: preemption takes none of equal or higher priority, no more than must go, and makes the Pod fit; it finds a way where there is one', () => {
  fc.assert(
    fc.property(clusters, (cluster) => {
      const decision = decide(cluster);
      const nomination = nominationOf(decision);
      const fitsOn = (node: string, gone: Set<string>): boolean => {
        const then = decide(cluster, { gone, nominated: node });
        return then.fits && then.node.name === node;
      };
      if (nomination) {
        const { node, victims } = nomination;
        const lower = lowerOn(cluster, node);
        expect(victims.filter((name) => !lower.has(name))).toEqual([]);
        expect(fitsOn(node, new Set(victims))).toBe(true);
        for (const spared of victims) expect(fitsOn(node, new Set(victims.filter((name) => name !== spared)))).toBe(false);
      } else if (!decision.fits) {
        for (const place of cluster.nodes.keys()) expect(fitsOn(nodeName(place), lowerOn(cluster, nodeName(place)))).toBe(false);
      }
      // The order in which Pods and nodes were seen does not matter.
      expect(nominationOf(decide(cluster, { reversed: true }))).toEqual(nomination);
    }),
    { numRuns: 300, seed: 7 },
  );
});
