import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { SchedulingView } from './cluster-view.ts';
import type { NodeTrial, Refusal } from './plugin.ts';
import { type ActiveFilter, refusalOf } from './standing.ts';

/**
 * Tries a node on which those are expected as well for whom room is being made there: it must do with them and without, as a Pod may need the company of
 * one that is not there yet. Those who are taken off or put on are so in both; those `without` whom it is tried are taken off to begin with.
 */
export function trialOf(
  info: PodInfo,
  real: NodeInfo,
  active: readonly ActiveFilter[],
  cluster: SchedulingView,
  without: readonly PodInfo[] = [],
): NodeTrial {
  const expected = expectedOn(real, info, cluster);
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

/** Why the node would not do if those were there as well for whom room is being made. */
export function crowdedOut(info: PodInfo, node: NodeInfo, active: readonly ActiveFilter[], cluster: SchedulingView): Refusal | undefined {
  return expectedOn(node, info, cluster).length === 0 ? undefined : trialOf(info, node, active, cluster).refusal();
}

/** For whom room is being made there, and whose place this Pod may not take. */
const expectedOn = ({ name }: NodeInfo, info: PodInfo, { nominations }: SchedulingView): PodInfo[] =>
  nominations.on(name).filter(({ key, priority }) => key !== info.key && priority >= info.priority);

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
