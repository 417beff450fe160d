import { type Node, type Pod, type PodSpec, toleratedBy } from '@kubernats/api';
import type { Selector } from '@kubernats/apimachinery';
import type { ClusterView } from '../../framework/plugin.ts';
import type { DomainTally, TallyOf } from '../../snapshot/domain-tally.ts';
import { isAllowedOn } from '../node-affinity.ts';
import { countsFor, hasAllLabels, type SpreadConstraint } from './constraints.ts';

/**
 * How many Pods count for a constraint of the Pod in each domain. `together`: the constraints of which a node must have all topologies' labels for what is
 * on it to count.
 */
export function tallyFor(
  { metadata, spec }: Pod,
  constraint: SpreadConstraint,
  together: readonly SpreadConstraint[],
  cluster: ClusterView,
): DomainTally {
  const { topologyKey, selector } = constraint;
  const namespace = metadata?.namespace;
  const counted = [namespace, topologyKey, selector.empty ? null : selector.toString()];
  const nodes = countedNodes(spec, constraint, together);
  return cluster.tally({
    key: JSON.stringify(['spread', counted, nodes.text]),
    topologyKey,
    label: labelOf(selector),
    counts: ({ pod }) => countsFor(constraint, namespace, pod),
    includes: nodes.includes,
  });
}

/** Which nodes count, and a text that is the same for the same of them. */
function countedNodes(
  spec: PodSpec | undefined,
  { topologyKey, honoursAffinity, honoursTaints }: SpreadConstraint,
  together: readonly SpreadConstraint[],
): { text: unknown; includes?: TallyOf['includes'] } {
  const others = together.filter((other) => other.topologyKey !== topologyKey);
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const isChoosy = honoursAffinity && (required !== undefined || Object.keys(spec?.nodeSelector ?? {}).length > 0);
  if (others.length === 0 && !isChoosy && !honoursTaints) return { text: null };
  return {
    text: [
      others.map((other) => other.topologyKey).sort(),
      isChoosy && [spec?.nodeSelector, required],
      honoursTaints && (spec?.tolerations ?? []),
    ],
    includes: (node) =>
      hasAllLabels(node.metadata?.labels, others) && (!isChoosy || isAllowedOn(spec, node)) && (!honoursTaints || isTolerated(spec, node)),
  };
}

/** Whether the Pod tolerates what keeps Pods away from the node. */
const isTolerated = (pod: PodSpec | undefined, { spec }: Node): boolean =>
  spec?.taints?.every((taint) => taint.effect === 'PreferNoSchedule' || toleratedBy(pod?.tolerations, taint)) ?? true;

/** A label that all Pods have which the selector selects. */
function labelOf({ requirements }: Selector): TallyOf['label'] {
  for (const { key, operator, values } of requirements) {
    const [value] = values;
    if (value !== undefined && (operator === '=' || (operator === 'in' && values.length === 1))) return { key, value };
  }
  return undefined;
}
