import type { LabelSelector, Node, Pod, PodAffinityTerm, WeightedPodAffinityTerm } from '@kubernats/api';
import { labelSelectorOf } from '@kubernats/apimachinery';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noVolumes, pluginDeps } from '../../test/plugin-deps.ts';
import type { SchedulingView } from '../framework/cluster-view.ts';
import { clusterView } from '../framework/cluster-view.ts';
import { Framework } from '../framework/framework.ts';
import type { Plugin } from '../framework/plugin.ts';
import type { Profile } from '../framework/profile.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { defaultProfile } from './default-profile.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';

type Labels = Record<string, string>;

/** A cluster as plain data, from which every answer is worked out anew. */
interface Naive {
  nodes: Map<string, Labels>;
  namespaces: Map<string, Labels>;
  pods: Map<string, { pod: Pod; node: string }>;
}

const HARD_WEIGHT = 3;

const required = (pod: Pod, side: 'podAffinity' | 'podAntiAffinity'): PodAffinityTerm[] =>
  pod.spec?.affinity?.[side]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
const preferred = (pod: Pod, side: 'podAffinity' | 'podAntiAffinity'): WeightedPodAffinityTerm[] =>
  pod.spec?.affinity?.[side]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];

function isAbout(term: PodAffinityTerm, owner: Pod, other: Pod, { namespaces }: Naive): boolean {
  const namespace = other.metadata?.namespace ?? '';
  const labels = namespaces.get(namespace);
  const own = !term.namespaces?.length && !term.namespaceSelector ? [owner.metadata?.namespace] : (term.namespaces ?? []);
  const isSelected =
    term.namespaceSelector !== undefined &&
    (Object.keys(term.namespaceSelector).length === 0 || (labels !== undefined && labelSelectorOf(term.namespaceSelector).matches(labels)));
  return (own.includes(namespace) || isSelected) && labelSelectorOf(term.labelSelector).matches(other.metadata?.labels);
}

/** Those on nodes that are there, with the labels of their nodes. */
const placedIn = ({ pods, nodes }: Naive): { pod: Pod; at: Labels }[] =>
  [...pods.values()].flatMap(({ pod, node }) => {
    const at = nodes.get(node);
    return at ? [{ pod, at }] : [];
  });

const sameDomain = (key: string, a: Labels, b: Labels): boolean => Object.hasOwn(a, key) && Object.hasOwn(b, key) && a[key] === b[key];

function naiveVerdict(pod: Pod, at: Labels, world: Naive): string | undefined {
  const near = required(pod, 'podAffinity');
  if (near.some(({ topologyKey }) => !Object.hasOwn(at, topologyKey))) return "node(s) didn't match pod affinity rules";
  const matching = placedIn(world).filter((other) => near.every((term) => isAbout(term, pod, other.pod, world)));
  const counted = matching.filter((other) => near.some(({ topologyKey }) => Object.hasOwn(other.at, topologyKey)));
  const isMet = near.every(({ topologyKey }) => matching.some((other) => sameDomain(topologyKey, at, other.at)));
  const isFirst = counted.length === 0 && near.every((term) => isAbout(term, pod, pod, world));
  if (!isMet && !isFirst) return "node(s) didn't match pod affinity rules";
  for (const term of required(pod, 'podAntiAffinity')) {
    if (placedIn(world).some((other) => isAbout(term, pod, other.pod, world) && sameDomain(term.topologyKey, at, other.at))) {
      return "node(s) didn't match pod anti-affinity rules";
    }
  }
  for (const other of placedIn(world)) {
    for (const term of required(other.pod, 'podAntiAffinity')) {
      if (isAbout(term, other.pod, pod, world) && sameDomain(term.topologyKey, at, other.at)) {
        return "node(s) didn't satisfy existing pods anti-affinity rules";
      }
    }
  }
  return undefined;
}

function naiveWorth(pod: Pod, at: Labels, world: Naive): number {
  let worth = 0;
  const count = (weight: number, term: PodAffinityTerm, owner: Pod, other: Pod, domain: Labels): void => {
    if (isAbout(term, owner, other, world) && sameDomain(term.topologyKey, at, domain)) worth += weight;
  };
  for (const other of placedIn(world)) {
    for (const [owner, about] of [
      [pod, other.pod],
      [other.pod, pod],
    ] as const) {
      for (const { weight, podAffinityTerm } of preferred(owner, 'podAffinity')) count(weight, podAffinityTerm, owner, about, other.at);
      for (const { weight, podAffinityTerm } of preferred(owner, 'podAntiAffinity'))
        count(-weight, podAffinityTerm, owner, about, other.at);
    }
    for (const term of required(other.pod, 'podAffinity')) count(HARD_WEIGHT, term, other.pod, pod, other.at);
  }
  return worth;
}

function naiveScores(worths: number[]): number[] {
  const least = Math.min(...worths);
  const span = Math.max(...worths) - least;
  return worths.map((worth) => (span === 0 ? 0 : Math.floor(100 * ((worth - least) / span))));
}

const text = (...values: string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
const some = (of: Record<string, fc.Arbitrary<string>>) => fc.record(of, { requiredKeys: [] }) as fc.Arbitrary<Labels>;
const namespaceName = text('one', 'two', 'three');
const podName = text('p1', 'p2', 'p3', 'p4', 'p5', 'p6');
const nodeName = text('n1', 'n2', 'n3', 'n4', 'n5');
const label = text('a', 'b');
const labels = some({ app: label, tier: label });
const selector = fc.oneof(
  labels.map((matchLabels): LabelSelector => ({ matchLabels })),
  fc.constantFrom<LabelSelector>(
    { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
    { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a'] }] },
  ),
);
const namespaceSelector = fc.constantFrom<LabelSelector>(
  {},
  { matchLabels: { team: 'a' } },
  { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] },
);
const term: fc.Arbitrary<PodAffinityTerm> = fc.record(
  {
    topologyKey: text('host', 'zone', 'rack'),
    labelSelector: selector,
    namespaces: fc.uniqueArray(namespaceName, { maxLength: 2 }),
    namespaceSelector,
  },
  { requiredKeys: ['topologyKey'] },
);
const side = fc.record(
  {
    requiredDuringSchedulingIgnoredDuringExecution: fc.array(term, { maxLength: 2 }),
    preferredDuringSchedulingIgnoredDuringExecution: fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 100 }), podAffinityTerm: term }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);
const pod = fc
  .record({
    name: podName,
    namespace: namespaceName,
    labels,
    affinity: fc.record({ podAffinity: side, podAntiAffinity: side }, { requiredKeys: [] }),
  })
  .map(({ affinity, ...metadata }): Pod => ({ metadata, spec: { containers: [], affinity } }));
const nodeLabels = some({ host: nodeName, zone: label, rack: label });

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('place' as const), pod, node: nodeName }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('relabel' as const), at: fc.nat(), labels }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('node' as const), node: nodeName, labels: fc.option(nodeLabels) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('namespace' as const), name: namespaceName, labels: fc.option(some({ team: label })) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const keyOf = ({ metadata }: Pod): string => `${metadata?.namespace}/${metadata?.name}`;

/** The same change, in plain data and in the snapshot. */
function apply(change: Step, world: Naive, snapshot: Snapshot): void {
  const place = (pod: Pod, node: string): void => {
    world.pods.set(keyOf(pod), { pod, node });
    snapshot.place(podInfoOf(pod), node);
  };
  const [key, known] = 'at' in change ? ([...world.pods][change.at % Math.max(1, world.pods.size)] ?? []) : [];
  switch (change.do) {
    case 'place':
      return place(change.pod, change.node);
    case 'relabel':
      if (known) place({ ...known.pod, metadata: { ...known.pod.metadata, labels: change.labels } }, known.node);
      return;
    case 'remove':
      if (key === undefined) return;
      world.pods.delete(key);
      snapshot.remove(key);
      return;
    case 'node': {
      if (change.labels) world.nodes.set(change.node, change.labels);
      else world.nodes.delete(change.node);
      if (change.labels) snapshot.setNode(nodeOf(change.node, change.labels));
      else snapshot.removeNode(change.node);
      return;
    }
    case 'namespace':
      if (change.labels) world.namespaces.set(change.name, change.labels);
      else world.namespaces.delete(change.name);
      snapshot.namespaces.set(change.name, change.labels ?? undefined);
  }
}

const nodeOf = (name: string, labels: Labels): Node => ({ metadata: { name, labels }, status: { allocatable: { pods: '110' } } });

const plugin = interPodAffinity({ hardPodAffinityWeight: HARD_WEIGHT, ignorePreferredTermsOfExistingPods: false });
const profileFor = (view: SchedulingView): Profile => ({
  ...defaultProfile('default-scheduler', pluginDeps(view)),
  ...{ postFilter: [], filter: [plugin as Plugin], score: [{ plugin: plugin as Plugin, weight: 2 }] },
});

test('at every step of any history the verdicts and scores are those that all Pods, looked at anew, give', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.array(pod, { minLength: 1, maxLength: 4 }), (steps, wanted) => {
      const world: Naive = { nodes: new Map(), namespaces: new Map(), pods: new Map() };
      const snapshot = new Snapshot();
      for (const [name, zone] of Object.entries({ n1: 'a', n2: 'a', n3: 'b', n4: 'b' })) {
        apply({ do: 'node', node: name, labels: { host: name, zone, rack: 'a' } }, world, snapshot);
      }
      const view = clusterView(snapshot, { volumes: noVolumes });
      const framework = new Framework(profileFor(view), view);
      const infos = wanted.map((each) => podInfoOf({ ...each, metadata: { ...each.metadata, name: `new-${each.metadata?.name}` } }));
      for (const change of steps) {
        apply(change, world, snapshot);
        for (const info of infos) {
          const nodes = [...world.nodes].sort(([a], [b]) => (a < b ? -1 : 1));
          if (nodes.length === 0) continue;
          const verdicts = nodes.map(([, at]) => naiveVerdict(info.pod, at, world));
          const feasible = nodes.filter((_, index) => verdicts[index] === undefined);
          const decision = framework.decide(info);
          expect(decision.fits).toBe(feasible.length > 0);
          if (!decision.fits) {
            expect(nodes.map(([name]) => decision.refusals.get(name)?.reasons[0])).toEqual(verdicts);
            continue;
          }
          const scores = naiveScores(feasible.map(([, at]) => naiveWorth(info.pod, at, world)));
          const best = feasible.filter((_, index) => scores[index] === Math.max(...scores)).map(([name]) => name);
          expect(best).toContain(decision.node.name);
          const first = plugin.preScore?.(info, view, () => []) ?? 'skip';
          const amounts = Float64Array.from(feasible, ([name]) => {
            const node = snapshot.node(name);
            return first === 'skip' || !node ? 0 : (plugin.score?.(first.state, info, node) ?? 0);
          });
          plugin.normalize?.(amounts, first === 'skip' ? [] : first.state, []);
          expect([...amounts]).toEqual(scores);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('a Pod on trial counts as if it were there, or were not', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), pod, pod, nodeName, (steps, wanted, other, on) => {
      const world: Naive = { nodes: new Map(), namespaces: new Map(), pods: new Map() };
      const snapshot = new Snapshot();
      for (const [name, zone] of Object.entries({ n1: 'a', n2: 'a', n3: 'b', n4: 'b', n5: 'b' })) {
        apply({ do: 'node', node: name, labels: { host: name, zone, rack: 'a' } }, world, snapshot);
      }
      for (const change of steps) apply(change, world, snapshot);
      const view = clusterView(snapshot, { volumes: noVolumes });
      const info = podInfoOf({ ...wanted, metadata: { ...wanted.metadata, name: 'new' } });
      const first = plugin.preFilter?.(info, view) ?? 'skip';
      const node = snapshot.node(on);
      const at = world.nodes.get(on);
      if (first === 'skip' || 'refusal' in first || !node || !at) return;
      const key = keyOf(other);
      const there = world.pods.get(key);
      const trialOf =
        there && there.node === on ? podInfoOf(there.pod) : podInfoOf({ ...other, metadata: { ...other.metadata, name: 'trial' } });
      const by = there && there.node === on ? -1 : 1;
      const state = plugin.withPod?.(first.state, info, trialOf, node, by);
      if (by === 1) world.pods.set('trial', { pod: trialOf.pod, node: on });
      else world.pods.delete(key);
      expect(state && plugin.filter?.(state, info, node)?.reasons[0]).toBe(naiveVerdict(info.pod, at, world));
    }),
    { numRuns: 500 },
  );
});
