// What PodTopologySpread must say, worked out the long way: everything is looked at anew for every question. Source: the concept page.
import type { Node, Pod, TopologySpreadConstraint } from '@kubernats/api';

type Labels = Readonly<Record<string, string>>;

/** All there is: nodes by name, and which Pods are on which. */
export interface Everything {
  nodes: ReadonlyMap<string, Node>;
  pods: readonly { pod: Pod; on: string }[];
}

const labelsOf = (object: Node | Pod): Labels => object.metadata?.labels ?? {};

/** Selectors of `matchLabels` alone. */
function selects({ labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint, of: Pod, other: Pod): boolean {
  if (!labelSelector) return false;
  const own = matchLabelKeys.filter((key) => key in labelsOf(of)).map((key) => [key, labelsOf(of)[key]]);
  return [...Object.entries(labelSelector.matchLabels ?? {}), ...own].every(([key = '', value]) => labelsOf(other)[key] === value);
}

const isEmpty = ({ labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint, of: Pod): boolean =>
  Object.keys(labelSelector?.matchLabels ?? {}).length === 0 && !matchLabelKeys.some((key) => key in labelsOf(of));

function podsOn({ pods }: Everything, constraint: TopologySpreadConstraint, of: Pod, node: string): number {
  if (isEmpty(constraint, of)) return 0;
  return pods.filter(
    ({ pod, on }) =>
      on === node &&
      pod.metadata?.namespace === of.metadata?.namespace &&
      pod.metadata?.deletionTimestamp === undefined &&
      selects(constraint, of, pod),
  ).length;
}

/** Nodes selectors of plain labels, and tolerations that exist for a key. */
function isCounted({ nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint, { spec }: Pod, node: Node): boolean {
  if (nodeAffinityPolicy !== 'Ignore') {
    for (const [key, value] of Object.entries(spec?.nodeSelector ?? {})) if (labelsOf(node)[key] !== value) return false;
  }
  if (nodeTaintsPolicy !== 'Honor') return true;
  return (node.spec?.taints ?? []).every(
    ({ key, effect }) => effect === 'PreferNoSchedule' || spec?.tolerations?.some((toleration) => toleration.key === key),
  );
}

/** In each domain of the constraint the Pods that count. */
function domains(all: Everything, constraint: TopologySpreadConstraint, of: Pod, keys: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [name, node] of all.nodes) {
    if (!keys.every((key) => key in labelsOf(node)) || !isCounted(constraint, of, node)) continue;
    const value = labelsOf(node)[constraint.topologyKey];
    if (value === undefined) continue;
    found.set(value, (found.get(value) ?? 0) + podsOn(all, constraint, of, name));
  }
  return found;
}

/** Why the Pod may not go to the node: a label is missing, or there would be too many; undefined: it may. */
export function verdict(
  all: Everything,
  list: readonly TopologySpreadConstraint[],
  of: Pod,
  node: Node,
): 'unlabelled' | 'skewed' | undefined {
  const hard = list.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
  for (const constraint of hard) {
    const value = labelsOf(node)[constraint.topologyKey];
    if (value === undefined) return 'unlabelled';
    const counts = domains(
      all,
      constraint,
      of,
      hard.map(({ topologyKey }) => topologyKey),
    );
    const fewest = counts.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...counts.values());
    const self = selects(constraint, of, of) ? 1 : 0;
    if ((counts.get(value) ?? 0) + self - fewest > constraint.maxSkew) return 'skewed';
  }
  return undefined;
}

/** The scores of the feasible nodes, 0…100, in their order. `bySystem`: the constraints are the cluster's own. */
export function scores(
  all: Everything,
  list: readonly TopologySpreadConstraint[],
  of: Pod,
  { feasible, bySystem }: { feasible: readonly Node[]; bySystem: boolean },
): number[] {
  const soft = list.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway');
  const keys = bySystem ? [] : soft.map(({ topologyKey }) => topologyKey);
  const takesPart = (node: Node): boolean => keys.every((key) => key in labelsOf(node));
  const part = feasible.filter(takesPart);
  const crowding = (node: Node): number => {
    let sum = 0;
    for (const constraint of soft) {
      const { topologyKey, maxSkew } = constraint;
      const value = labelsOf(node)[topologyKey];
      if (value === undefined) continue;
      const byNode = topologyKey === 'kubernetes.io/hostname';
      const size = byNode ? part.length : new Set(part.map((other) => labelsOf(other)[topologyKey] ?? '')).size;
      const count = byNode ? podsOn(all, constraint, of, node.metadata?.name ?? '') : (domains(all, constraint, of, keys).get(value) ?? 0);
      sum += count * Math.log(size + 2) + (maxSkew - 1);
    }
    return Math.round(sum);
  };
  const raw = new Map(part.map((node) => [node, crowding(node)]));
  const [least, most] = [Math.min(...raw.values()), Math.max(...raw.values())];
  return feasible.map((node) => {
    const amount = raw.get(node);
    if (amount === undefined) return 0;
    return most === 0 ? 100 : Math.floor((100 * (most + least - amount)) / most);
  });
}
