import type { Node, Pod } from '@kubernats/api';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { Amounts } from '../snapshot/resources.ts';

/** The Pod to place, with what filters and scores would otherwise work out for every node. */
export interface Candidate {
  pod: Pod;
  requests: Amounts;
  scoring: Amounts;
}

/** A node that exists. */
export type Place = NodeInfo & { node: Node };

/** One reason to leave a node out. Returns the reasons as kube-scheduler words them; none means that the node will do. */
export interface Filter {
  name: string;
  check(candidate: Candidate, place: Place): string[];
}
