import type { NodeVerdict, RefusedNodes, Winner } from '@kubernats/explain';
import { advantageOf, type Examination, type ExaminedNode } from '../framework/examine.ts';
import { memoryLeft } from '../framework/roomier.ts';

/** So many names of each group are told. */
const NAMES_SHOWN = 10;

/** The winner, and how it beats the next one. `nominated`: the node that was promised to the Pod. */
export function winnerOf({ feasible: [first, second] }: Examination, nominated: string | undefined): Winner | undefined {
  if (!first) return undefined;
  if (!second) return { nodeName: first.node.name, advantage: 'OnlyOne' };
  return { nodeName: first.node.name, advantage: advantageOf(first, second, nominated), runnerUp: second.node.name };
}

/** The refused nodes by what refuses them first, the most frequent first. */
export function refusedGroups(refused: readonly ExaminedNode[]): RefusedNodes[] {
  const groups = new Map<string, RefusedNodes>();
  for (const { node, refusals } of refused) {
    const [first] = refusals;
    if (!first) continue;
    const { plugin = '', reasons, unresolvable } = first;
    const key = JSON.stringify([plugin, reasons, unresolvable]);
    const group = groups.get(key) ?? { plugin, reasons, preemptionHelps: !unresolvable, count: 0, nodeNames: [] };
    group.count++;
    if (group.nodeNames.length < NAMES_SHOWN) group.nodeNames.push(node.name);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

export function verdictOf({ node, refusals, scores, total }: ExaminedNode): NodeVerdict {
  const feasible = refusals.length === 0;
  return {
    nodeName: node.name,
    feasible,
    refusals: refusals.map(({ plugin = '', reasons, unresolvable }) => ({ plugin, reasons, preemptionHelps: !unresolvable })),
    scores: scores.map((score) => ({ ...score, weighted: score.weight * score.normalized })),
    ...(feasible && { total }),
    memoryLeftBytes: memoryLeft(node),
    podCount: node.podCount,
  };
}
