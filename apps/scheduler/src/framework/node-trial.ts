import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { NodeTrial, Refusal } from './plugin.ts';
import { type ActiveFilter, refusalOf } from './standing.ts';

/**
 * Tries a node on which other Pods are expected as well: it must do with them and without, as a Pod may need the company of one that is not there yet.
 * Those who are taken off or put on are so in both; those `without` whom it is tried are taken off to begin with.
 */
export function crowdedTrial(
  info: PodInfo,
  real: NodeInfo,
  active: readonly ActiveFilter[],
  { expected, without }: { expected: readonly PodInfo[]; without: readonly PodInfo[] },
): NodeTrial {
  const alone = nodeTrial(info, real, active, without);
  if (expected.length === 0) return alone;
  const crowded = nodeTrial(info, real, active, without);
  for (const other of expected) crowded.add(other);
  return {
    node: crowded.node,
    add(other) {
      for (const trial of [crowded, alone]) trial.add(other);
    },
    remove(other) {
      for (const trial of [crowded, alone]) trial.remove(other);
    },
    refusal: () => crowded.refusal() ?? alone.refusal(),
  };
}

/** Tries a node with other Pods on it. `active`: the filters that have something to say of the Pod. */
function nodeTrial(info: PodInfo, real: NodeInfo, active: readonly ActiveFilter[], without: readonly PodInfo[]): NodeTrial {
  const node = real.copy(without);
  const filters = active.map((each) => ({ ...each }));
  const changed = (other: PodInfo, by: 1 | -1): void => {
    for (const each of filters) if (each.plugin.withPod) each.state = each.plugin.withPod(each.state, info, other, node, by);
  };
  for (const other of without) changed(other, -1);
  return {
    node,
    add(other) {
      node.add(other);
      changed(other, 1);
    },
    remove(other) {
      node.remove(other.key);
      changed(other, -1);
    },
    refusal: (): Refusal | undefined => refusalOf(filters, info, node),
  };
}
