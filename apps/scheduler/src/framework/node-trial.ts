import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { NodeTrial, Refusal } from './plugin.ts';
import { type ActiveFilter, refusalOf } from './standing.ts';

/** Tries a node with other Pods on it. `active`: the filters that have something to say of the Pod. */
export function nodeTrial(info: PodInfo, real: NodeInfo, active: readonly ActiveFilter[]): NodeTrial {
  const node = real.copy();
  const filters = active.map((each) => ({ ...each }));
  const changed = (other: PodInfo, by: 1 | -1): void => {
    for (const each of filters) if (each.plugin.withPod) each.state = each.plugin.withPod(each.state, info, other, node, by);
  };
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
