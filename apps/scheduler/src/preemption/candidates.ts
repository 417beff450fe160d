import type { DefaultPreemptionArgs } from '../config/args.ts';
import type { Refusal } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { type Candidate, isCandidate } from './dry-run.ts';

export interface Candidates {
  /** Those that break no budget first. */
  candidates: Candidate[];
  /** Why the other nodes that were looked at will not do, by their names. */
  refusals: Map<string, Refusal>;
  /** The place of the node after the last that was looked at. */
  next: number;
}

/**
 * Tries the nodes from a place on, round the end, until there are enough candidates, at least one of which breaks no budget.
 * `start` may lie behind the last.
 */
export function findCandidates(
  nodes: readonly NodeInfo[],
  start: number,
  { minCandidateNodesPercentage, minCandidateNodesAbsolute }: DefaultPreemptionArgs,
  tryNode: (node: NodeInfo) => Candidate | Refusal,
): Candidates {
  const wanted = Math.max(Math.floor((nodes.length * minCandidateNodesPercentage) / 100), minCandidateNodesAbsolute);
  const harmless: Candidate[] = [];
  const violating: Candidate[] = [];
  const refusals = new Map<string, Refusal>();
  let looked = 0;
  while (looked < nodes.length && (harmless.length === 0 || harmless.length + violating.length < wanted)) {
    const node = nodes[(start + looked++) % nodes.length];
    const outcome = node && tryNode(node);
    if (!outcome) continue;
    if (isCandidate(outcome)) (outcome.violations === 0 ? harmless : violating).push(outcome);
    else refusals.set(node.name, outcome);
  }
  return { candidates: [...harmless, ...violating], refusals, next: nodes.length === 0 ? 0 : (start + looked) % nodes.length };
}
