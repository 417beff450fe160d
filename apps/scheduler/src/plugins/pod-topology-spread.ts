import type { Node } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { defaultArgs, type PodTopologySpreadArgs } from '../config/args.ts';
import type { ClusterEvent } from '../framework/cluster-event.ts';
import { type ClusterView, type Plugin, resolvable, unresolvable } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { NO_DOMAIN } from '../snapshot/topology.ts';
import { constraintsOf, countsFor, hasAllLabels, type SpreadConstraint } from './topology-spread/constraints.ts';
import { tallyFor } from './topology-spread/counting.ts';
import { defaultConstraintsOf, HOSTNAME, isBySystem } from './topology-spread/defaults.ts';
import { crowding, normalizeCrowding, type Preference } from './topology-spread/scoring.ts';
import { changed, mostIn, podsIn, type Skew, skewOf } from './topology-spread/skew.ts';

const REASON = "node(s) didn't match pod topology spread constraints";
const SKEWED = resolvable(REASON);
const UNLABELLED = unresolvable(`${REASON} (missing required label)`);

interface Preferences {
  preferences: readonly Preference[];
  /** A node must have the labels of all topologies to take part. */
  needsAll: boolean;
  /** How crowded each feasible node is. */
  ofEach(): ReadonlyMap<NodeInfo, number>;
}

/**
 * Spreads Pods over domains, such as zones or nodes: `DoNotSchedule` refuses where there would be too many more of them than elsewhere, `ScheduleAnyway` prefers where
 * there are fewer. Pods that say nothing follow the default constraints. Source: the concept "Pod Topology Spread Constraints".
 */
export function podTopologySpread(args: PodTopologySpreadArgs = defaultArgs('PodTopologySpread')): Plugin<readonly Skew[], Preferences> {
  const defaults = constraintsOf(defaultConstraintsOf(args));
  /** What Pods say themselves: those that wait are asked at every event. */
  const known = new WeakMap<PodInfo, readonly SpreadConstraint[]>();

  function ownConstraints(info: PodInfo): readonly SpreadConstraint[] {
    const own = known.get(info) ?? constraintsOf(info.pod.spec?.topologySpreadConstraints ?? [], info.pod.metadata?.labels);
    known.set(info, own);
    return own;
  }

  function constraints(info: PodInfo, kind: 'DoNotSchedule' | 'ScheduleAnyway', cluster: ClusterView): SpreadConstraint[] {
    const own = ownConstraints(info);
    const wanted = (own.length > 0 ? own : defaults).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === kind);
    if (own.length > 0 || wanted.length === 0) return wanted;
    const selector = cluster.workloads.selectorOf(info.pod);
    return selector.empty ? [] : wanted.map((constraint) => ({ ...constraint, selector }));
  }

  return {
    name: 'PodTopologySpread',

    preFilter(info, cluster) {
      const hard = constraints(info, 'DoNotSchedule', cluster);
      if (hard.length === 0) return 'skip';
      const { labels } = info.pod.metadata ?? {};
      const state = hard.map((constraint) => {
        const self = constraint.selector.matches(labels) ? 1 : 0;
        return skewOf(constraint, tallyFor(info.pod, constraint, hard, cluster), self);
      });
      return { state };
    },

    withPod: (skews, _info, other, { node }, by) =>
      skews.map((skew) => {
        const domain = skew.tally.topology.of(node);
        const counts = node && domain !== NO_DOMAIN && skew.tally.includes(node) && skew.tally.counts(other);
        return counts ? changed(skew, domain, by) : skew;
      }),

    filter(skews, _info, { node }) {
      for (const skew of skews) {
        const domain = skew.tally.topology.of(node);
        if (domain === NO_DOMAIN) return UNLABELLED;
        if (podsIn(skew, domain) > mostIn(skew)) return SKEWED;
      }
      return undefined;
    },

    filterAll(skews, _info, { nodes }, open) {
      for (const skew of skews) {
        const domains = skew.tally.topology.byPlace(nodes);
        const pods = skew.tally.podsByDomain;
        const most = mostIn(skew);
        for (let place = 0; place < open.length; place++) {
          const domain = domains[place] ?? NO_DOMAIN;
          if (domain === NO_DOMAIN || (pods[domain] ?? 0) > most) open[place] = 0;
        }
      }
    },

    preScore(info, cluster, feasible) {
      const soft = constraints(info, 'ScheduleAnyway', cluster);
      if (soft.length === 0) return 'skip';
      const needsAll = !isBySystem(args) || ownConstraints(info).length > 0;
      const preferences = soft.map((constraint) => ({
        ...constraint,
        tally:
          constraint.topologyKey === HOSTNAME
            ? tallyFor(info.pod, onAnyNode(constraint), [], cluster)
            : tallyFor(info.pod, constraint, needsAll ? soft : [], cluster),
      }));
      let each: ReadonlyMap<NodeInfo, number> | undefined;
      return { state: { preferences, needsAll, ofEach: () => (each ??= crowdingOf(preferences, needsAll, feasible())) } };
    },

    score: ({ ofEach }, _info, node) => ofEach().get(node) ?? 0,

    scoreAll({ preferences, needsAll }, _info, { nodes }, places, amounts) {
      const columns = preferences.map(({ tally }) => tally.topology.byPlace(nodes));
      crowding(preferences, columns, places, { needsAll, amounts });
    },

    normalize: normalizeCrowding,

    mayHelp(info, event, cluster) {
      if (event.resource === 'Node') return isOfInterest(event, constraints(info, 'DoNotSchedule', cluster));
      const { namespace } = info.pod.metadata ?? {};
      if (event.resource !== 'Pod' || event.object.pod.metadata?.namespace !== namespace) return false;
      const counted = (constraint: SpreadConstraint, other: PodInfo | undefined) =>
        other !== undefined && countsFor(constraint, namespace, other.pod);
      // One that was going did not count before it was gone.
      const now = event.action === 'deleted' ? undefined : event.object;
      const before = event.action === 'deleted' ? event.object : event.old;
      return constraints(info, 'DoNotSchedule', cluster).some((constraint) => counted(constraint, now) !== counted(constraint, before));
    },
  };
}

/** What is on a node that the Pod may go to counts there, whatever the constraint says of nodes. */
const onAnyNode = (constraint: SpreadConstraint): SpreadConstraint => ({ ...constraint, honoursAffinity: false, honoursTaints: false });

function crowdingOf(preferences: readonly Preference[], needsAll: boolean, nodes: readonly NodeInfo[]): ReadonlyMap<NodeInfo, number> {
  const amounts = new Float64Array(nodes.length);
  const columns = preferences.map(({ tally }) => Int32Array.from(nodes, ({ node }) => tally.topology.of(node)));
  crowding(
    preferences,
    columns,
    Int32Array.from(nodes, (_, place) => place),
    { needsAll, amounts },
  );
  return new Map(nodes.map((node, place) => [node, amounts[place] ?? 0]));
}

/** Whether the node is, or was, in the domains of all constraints, and something about that has changed. */
function isOfInterest(
  { action, object, old }: Extract<ClusterEvent, { resource: 'Node' }>,
  constraints: readonly SpreadConstraint[],
): boolean {
  const is = hasAllLabels(object.metadata?.labels, constraints);
  if (action !== 'updated' || !old) return is;
  if (is !== hasAllLabels(old.metadata?.labels, constraints)) return true;
  return (
    is &&
    (!deepEqual(old.spec?.taints, object.spec?.taints) ||
      constraints.some(({ topologyKey }) => labelOf(old, topologyKey) !== labelOf(object, topologyKey)))
  );
}

const labelOf = ({ metadata }: Node, key: string): string | undefined => metadata?.labels?.[key];
