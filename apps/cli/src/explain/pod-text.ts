import type { NodeVerdict, PodExplanation, RefusedNodes, Winner } from '@kubernats/explain';
import { table } from '../commands/table.ts';
import { bytesText, countText, nodesText, podsText } from './amounts.ts';

export interface Shown {
  /** Every node that the explanation tells of, not only those that would do. */
  all: boolean;
  /** This node alone. */
  node?: string | undefined;
}

/** An explanation for people: who won, why, and what the others lack. */
export function podText(explanation: PodExplanation, { all, node }: Shown): string {
  const { notes, nodes, feasibleCount } = explanation;
  const feasible = nodes.filter((each) => each.feasible);
  const refused = nodes.filter((each) => !each.feasible);
  const parts = [
    [headline(explanation), ...waiting(explanation), ...notes.map((note) => `Note: ${note}.`)].join('\n'),
    [contest(explanation), ...victims(explanation)].join('\n'),
    ...(node === undefined
      ? [scoreTable(feasible, feasibleCount), refusedGroups(explanation), refusedTable(all ? refused : [])]
      : nodes.map(nodeText)),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** All that was said of one node. */
function nodeText({ nodeName, feasible, refusals, scores, total = 0, memoryLeftBytes, podCount }: NodeVerdict): string {
  const size = `${podsText(podCount)}, ${bytesText(memoryLeftBytes)} of memory left`;
  if (!feasible) return [`${nodeName} (${size}) is refused:`, ...refusals.map((refusal) => `  ${refusalText(refusal)}`)].join('\n');
  const rows = scores.map(({ plugin, raw, normalized, weight, weighted }) => [
    plugin,
    ...[raw, normalized, weight, weighted].map(scoreText),
  ]);
  const head = ['PLUGIN', 'RAW', 'OF 100', 'WEIGHT', 'WEIGHTED'];
  return `${nodeName} (${size}) would do, with a score of ${scoreText(total)}:\n\n${table([head, ...rows])}`;
}

const scoreText = (score: number): string => countText(Math.round(score));

function headline({ metadata: { namespace, name }, state, nodeName, decision, schedulerName, message }: PodExplanation): string {
  const pod = `Pod ${namespace}/${name}`;
  const by = decision && `by ${schedulerName}, ${decision.time}`;
  switch (state) {
    case 'Bound':
      return decision?.nodeName === nodeName && by ? `${pod} is on ${nodeName}, decided ${by}.` : `${pod} is on ${nodeName}.`;
    case 'Binding':
      return `${pod} goes to ${nodeName}, decided ${by ?? `by ${schedulerName}`}.`;
    case 'Ended':
      return `${pod} has ended${nodeName ? `; it was on ${nodeName}` : ''}.`;
    case 'Waiting':
      return `${pod} is Pending, and ${schedulerName} does not look for a node.`;
    case 'Pending':
      return `${pod} is Pending${message ? `: ${message}` : '.'}`;
  }
}

function waiting({ waitsFor, attempts, nextAttempt, decision, nodeName }: PodExplanation): string[] {
  const lines = waitsFor.map((what) => `It waits for ${what}.`);
  if (attempts !== undefined && attempts > 0) {
    const next = nextAttempt ? `; not tried again before ${nextAttempt}` : '';
    lines.push(
      `Tried ${attempts === 1 ? 'once' : `${countText(attempts)} times`}${decision && !nodeName ? `, last ${decision.time}` : ''}${next}.`,
    );
  }
  return lines;
}

function contest({ basis, nodeCount, feasibleCount, winner, nodes }: PodExplanation): string {
  const past = basis === 'Decision';
  const would = past ? 'would do' : 'would do now';
  const count = `${countText(feasibleCount)} of ${nodesText(nodeCount)} ${would}`;
  if (!winner) return `${count}.`;
  return `${count}. ${winner.nodeName} ${past ? 'won' : 'would win'}${advantage(winner, nodes)}.`;
}

function advantage({ advantage: kind, nodeName, runnerUp }: Winner, nodes: readonly NodeVerdict[]): string {
  const [first, second] = [nodeName, runnerUp].map((name) => nodes.find((node) => node.nodeName === name));
  const amounts = (of: (node: NodeVerdict) => string): string => (first && second ? `: ${of(first)}, ${of(second)}` : '');
  switch (kind) {
    case 'OnlyOne':
      return '';
    case 'Nominated':
      return `: preemption made room there for it`;
    case 'HigherScore':
      return ` over ${runnerUp} by a higher score${amounts(({ total = 0 }) => countText(total))}`;
    case 'MoreMemoryLeft':
      return ` over ${runnerUp}, which has the same score, by more memory left${amounts((node) => bytesText(node.memoryLeftBytes))}`;
    case 'FewerPods':
      return ` over ${runnerUp}, which has the same score and memory left, by fewer Pods${amounts((node) => countText(node.podCount))}`;
    case 'FirstByName':
      return ` over ${runnerUp}, which is equal, by its name`;
  }
}

const victims = ({ victims: evicted = [] }: PodExplanation): string[] =>
  evicted.length === 0 ? [] : [`Preemption would evict from ${evicted[0]?.nodeName}: ${evicted.map(({ pod }) => pod).join(', ')}.`];

/** A column a plug-in: the weighted score, of which the total is the sum. */
function scoreTable(nodes: readonly NodeVerdict[], feasibleCount: number): string {
  if (nodes.length === 0) return '';
  const plugins = nodes[0]?.scores ?? [];
  const head = [
    ...['NODE', 'TOTAL'],
    ...plugins.map(({ plugin, weight }) => (weight === 1 ? plugin : `${plugin} ×${weight}`)),
    ...['MEMORY LEFT', 'PODS'],
  ];
  const rows = nodes.map(({ nodeName, total = 0, scores, memoryLeftBytes, podCount }) => [
    ...[nodeName, scoreText(total)],
    ...plugins.map(({ plugin }) => scoreText(scores.find((score) => score.plugin === plugin)?.weighted ?? 0)),
    ...[bytesText(memoryLeftBytes), countText(podCount)],
  ]);
  const more = feasibleCount - nodes.length;
  return `${table([head, ...rows])}${more > 0 ? `\n… ${countText(more)} more that would do (--all)` : ''}`;
}

function refusedGroups({ refused: groups }: PodExplanation): string {
  if (groups.length === 0) return '';
  const lines = groups.map(({ count, nodeNames, ...refusal }) => {
    const names = `${nodeNames.join(', ')}${count > nodeNames.length ? ', …' : ''}`;
    return `  ${nodesText(count)}: ${refusalText(refusal)}: ${names}`;
  });
  return ['Refused:', ...lines].join('\n');
}

function refusedTable(nodes: readonly NodeVerdict[]): string {
  if (nodes.length === 0) return '';
  const rows = nodes.map(({ nodeName, refusals }) => [
    nodeName,
    refusals.map(({ plugin, reasons }) => `${plugin}: ${reasons.join(', ')}`).join('; '),
  ]);
  return table([['NODE', 'REFUSED BY'], ...rows]);
}

function refusalText({ plugin, reasons, preemptionHelps }: Pick<RefusedNodes, 'plugin' | 'reasons' | 'preemptionHelps'>): string {
  return `${reasons.join(', ')} (${plugin}; evicting other Pods ${preemptionHelps ? 'could' : 'would not'} help)`;
}
