import type { Node, Pod, TopologySpreadConstraint } from '@kubernats/api';
import { selectorOfMap } from '@kubernats/apimachinery';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noVolumes, pluginDeps } from '../../test/plugin-deps.ts';
import { defaultArgs } from '../config/args.ts';
import type { SchedulingView } from '../framework/cluster-view.ts';
import { clusterView } from '../framework/cluster-view.ts';
import { Framework } from '../framework/framework.ts';
import type { Plugin } from '../framework/plugin.ts';
import type { Profile } from '../framework/profile.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { defaultProfile } from './default-profile.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';
import { podTopologySpread } from './pod-topology-spread.ts';
import { type Everything, scores, verdict } from './topology-spread/oracle.fixture.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const DEFAULTS: TopologySpreadConstraint[] = [
  { topologyKey: HOST, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3, labelSelector: { matchLabels: { app: 'a' } } },
  { topologyKey: ZONE, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5, labelSelector: { matchLabels: { app: 'a' } } },
];

const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
const labels = fc.record({ app: maybe(fc.constantFrom('a', 'b')), v: maybe(fc.constantFrom('1', '2')) }, { noNullPrototype: true });
const known = (of: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(of).filter((entry): entry is [string, string] => entry[1] !== undefined));

const constraint: fc.Arbitrary<TopologySpreadConstraint> = fc.record({
  topologyKey: fc.constantFrom(ZONE, HOST, 'rack'),
  whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
  maxSkew: fc.integer({ min: 1, max: 3 }),
  minDomains: maybe(fc.integer({ min: 1, max: 4 })),
  nodeAffinityPolicy: maybe(fc.constantFrom('Honor', 'Ignore')),
  nodeTaintsPolicy: maybe(fc.constantFrom('Honor', 'Ignore')),
  labelSelector: maybe(labels.map((each) => ({ matchLabels: known(each) }))),
  matchLabelKeys: maybe(fc.constant(['v'])),
});
const pod: fc.Arbitrary<Pod> = fc
  .record({
    namespace: fc.constantFrom('one', 'two'),
    labels: labels.map(known),
    topologySpreadConstraints: fc.uniqueArray(constraint, {
      maxLength: 3,
      selector: ({ topologyKey, whenUnsatisfiable }) => `${topologyKey} ${whenUnsatisfiable}`,
    }),
    nodeSelector: maybe(fc.constant({ rack: 'r1' })),
    isTolerant: fc.boolean(),
  })
  .map(({ namespace, labels: own, isTolerant, ...spec }) => ({
    metadata: { namespace, labels: own },
    spec: { containers: [], tolerations: isTolerant ? [{ key: 'old', operator: 'Exists' }] : [], ...spec },
  }));

const place = fc.nat(5);
const step = fc.oneof(
  fc.record({
    do: fc.constant('node' as const),
    place,
    zone: maybe(fc.constantFrom('z1', 'z2', 'z3')),
    rack: maybe(fc.constantFrom('r1', 'r2')),
    isNamed: fc.boolean(),
    isOld: fc.boolean(),
  }),
  fc.record({ do: fc.constant('no node' as const), place }),
  fc.record({ do: fc.constant('pod' as const), place, pod, isGoing: fc.boolean() }),
  fc.record({ do: fc.constant('no pod' as const), which: fc.nat(20) }),
);

/** A cluster that is told of changes one by one, and beside it all that it should know. */
class History {
  readonly snapshot = new Snapshot();
  readonly nodes = new Map<string, Node>();
  readonly pods: { pod: Pod; on: string }[] = [];
  #pods = 0;

  take(change: typeof step extends fc.Arbitrary<infer T> ? T : never): void {
    if (change.do === 'node') {
      const name = `node${change.place}`;
      const node: Node = {
        metadata: { name, labels: known({ [ZONE]: change.zone, rack: change.rack, [HOST]: change.isNamed ? name : undefined }) },
        spec: { taints: change.isOld ? [{ key: 'old', effect: 'NoSchedule' }] : [] },
        status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
      };
      this.nodes.set(name, node);
      this.snapshot.setNode(node);
    } else if (change.do === 'no node') {
      this.nodes.delete(`node${change.place}`);
      this.snapshot.removeNode(`node${change.place}`);
    } else if (change.do === 'pod') {
      const { metadata, spec } = change.pod;
      const deletionTimestamp = change.isGoing ? '2026-11-27T00:00:00Z' : undefined;
      const placed: Pod = { metadata: { ...metadata, name: `p${this.#pods++}`, deletionTimestamp }, spec };
      this.pods.push({ pod: placed, on: `node${change.place}` });
      this.snapshot.place(podInfoOf(placed), `node${change.place}`);
    } else {
      const [gone] = this.pods.splice(change.which, 1);
      if (gone) this.snapshot.remove(podInfoOf(gone.pod).key);
    }
  }

  get all(): Everything {
    return { nodes: this.nodes, pods: this.pods };
  }

  /** The same, told at once to somebody who knows nothing yet. */
  retold(): Snapshot {
    const snapshot = new Snapshot();
    for (const node of this.nodes.values()) snapshot.setNode(node);
    for (const { pod: placed, on } of this.pods) snapshot.place(podInfoOf(placed), on);
    return snapshot;
  }
}

const spread = podTopologySpread();
const view = (snapshot: Snapshot): SchedulingView =>
  clusterView(snapshot, {
    volumes: noVolumes,
    workloads: { selectorOf: ({ metadata }) => selectorOfMap(metadata?.labels?.app === 'a' ? { app: 'a' } : {}) },
  });

function verdictsOf(cluster: SchedulingView, wanted: Pod): { each: unknown[]; open: number[] } {
  const info = podInfoOf(wanted);
  const first = spread.preFilter?.(info, cluster);
  const open = new Uint8Array(cluster.nodes.length).fill(1);
  if (first === undefined || first === 'skip' || 'refusal' in first) return { each: cluster.nodes.map(() => undefined), open: [...open] };
  spread.filterAll?.(first.state, info, cluster, open);
  const each = cluster.nodes.map((node) => {
    const refusal = spread.filter?.(first.state, info, node);
    return refusal && (refusal.unresolvable ? 'unlabelled' : 'skewed');
  });
  return { each, open: [...open] };
}

function scoresOf(cluster: SchedulingView, wanted: Pod, feasible: readonly NodeInfo[]): { each: number[]; atOnce: number[] } | 'skip' {
  const info = podInfoOf(wanted);
  const first = spread.preScore?.(info, cluster, () => feasible) ?? 'skip';
  if (first === 'skip') return 'skip';
  const each = Float64Array.from(feasible, (node) => spread.score?.(first.state, info, node) ?? 0);
  const atOnce = new Float64Array(feasible.length);
  spread.scoreAll?.(
    first.state,
    info,
    cluster,
    Int32Array.from(feasible, ({ index }) => index),
    atOnce,
  );
  for (const amounts of [each, atOnce]) spread.normalize?.(amounts, first.state, feasible);
  return { each: [...each], atOnce: [...atOnce] };
}

/** What would be said of each node if `other` were there as well, or not there any more. */
function verdictsWith(cluster: SchedulingView, wanted: Pod, other: Pod, by: 1 | -1): unknown[] {
  const info = podInfoOf(wanted);
  const first = spread.preFilter?.(info, cluster);
  if (first === undefined || first === 'skip' || 'refusal' in first) return cluster.nodes.map(() => undefined);
  return cluster.nodes.map((node) => {
    const state = spread.withPod?.(first.state, info, podInfoOf(other), node, by) ?? first.state;
    const refusal = spread.filter?.(state, info, node);
    return refusal && (refusal.unresolvable ? 'unlabelled' : 'skewed');
  });
}

const frameworkOf = (snapshot: Snapshot): Framework => {
  const cluster = view(snapshot);
  const [affinity, fit] = [nodeAffinity(defaultArgs('NodeAffinity')) as Plugin, nodeResourcesFit(defaultArgs('NodeResourcesFit'))];
  const profile: Profile = {
    ...defaultProfile('default-scheduler', pluginDeps(cluster)),
    filter: [affinity, fit, spread as Plugin],
    postFilter: [],
    score: [
      { plugin: fit, weight: 1 },
      { plugin: spread as Plugin, weight: 2 },
    ],
  };
  return new Framework(profile, cluster);
};

test('whatever happens, nodes are refused and scored as if everything were looked at anew', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(pod, { minLength: 1, maxLength: 3 }), fc.nat(63), (steps, wanted, chosen) => {
      const history = new History();
      const framework = frameworkOf(history.snapshot);
      const cluster = view(history.snapshot);
      for (const [index, change] of steps.entries()) {
        history.take(change);
        const asking = wanted[index % wanted.length] ?? {};
        const own = asking.spec?.topologySpreadConstraints ?? [];
        const list = own.length > 0 ? own : asking.metadata?.labels?.app === 'a' ? DEFAULTS : [];
        const { nodes } = cluster;
        const expected = nodes.map(({ node }) => verdict(history.all, list, asking, node ?? {}));
        expect(verdictsOf(cluster, asking)).toEqual({ each: expected, open: expected.map((each) => (each ? 0 : 1)) });

        const other = wanted.at(-1) ?? {};
        const withOther = nodes.map(({ name, node }) => {
          const pods = [...history.pods, { pod: other, on: name }];
          return verdict({ nodes: history.nodes, pods }, list, asking, node ?? {});
        });
        expect(verdictsWith(cluster, asking, other, 1)).toEqual(withOther);
        const victim = history.pods.at(-1);
        if (victim) {
          const pods = history.pods.slice(0, -1);
          const place = nodes.findIndex(({ name }) => name === victim.on);
          const right = nodes[place] && verdict({ nodes: history.nodes, pods }, list, asking, nodes[place].node ?? {});
          expect(verdictsWith(cluster, asking, victim.pod, -1)[place]).toBe(right);
        }

        const feasible = nodes.filter((_, place) => ((chosen >> place) & 1) === 1);
        const isSoft = list.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway');
        const bySystem = own.length === 0;
        const right = scores(history.all, list, asking, { feasible: feasible.map(({ node }) => node ?? {}), bySystem });
        expect(scoresOf(cluster, asking, feasible)).toEqual(isSoft ? { each: right, atOnce: right } : 'skip');

        const outcome = (of: Framework): string => {
          const decision = of.decide(podInfoOf(asking));
          return decision.fits ? decision.node.name : decision.message;
        };
        expect(outcome(framework)).toBe(outcome(frameworkOf(history.retold())));
      }
    }),
    { numRuns: 100 },
  );
});
