import type { NodeVerdict, PodExplanation, RefusedNodes, Winner } from '@kubernats/explain';
import { table } from '../commands/table.ts';
import { bytesText, countText, nodesText } from './amounts.ts';

/** An explanation for people: who won, why, and what the others lack. `all`: every node that it tells of, not only the first. */
export function podText(explanation: PodExplanation, all: boolean): string {
  const { notes, nodes } = explanation;
  const feasible = nodes.filter((node) => node.feasible);
  const refused = nodes.filter((node) => !node.feasible);
  const parts = [
    [headline(explanation), ...waiting(explanation), ...notes.map((note) => `Note: ${note}.`)].join('\n'),
    [contest(explanation), ...victims(explanation)].join('\n'),
    feasible.length > 0 ? scores(feasible, explanation) : '',
    refusals(explanation, all ? refused : []),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

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
function scores(nodes: readonly NodeVerdict[], { feasibleCount }: PodExplanation): string {
  const plugins = nodes[0]?.scores ?? [];
  const head = [
    'NODE',
    'TOTAL',
    ...plugins.map(({ plugin, weight }) => (weight === 1 ? plugin : `${plugin} ×${weight}`)),
    'MEMORY LEFT',
    'PODS',
  ];
  const rows = nodes.map((node) => [
    ...[node.nodeName, countText(node.total ?? 0)],
    ...plugins.map(({ plugin }) => countText(node.scores.find((score) => score.plugin === plugin)?.weighted ?? 0)),
    ...[bytesText(node.memoryLeftBytes), countText(node.podCount)],
  ]);
  const more = feasibleCount - nodes.length;
  return `${table([head, ...rows])}${more > 0 ? `\n… ${countText(more)} more that would do (--all)` : ''}`;
}

function refusals({ refused: groups }: PodExplanation, nodes: readonly NodeVerdict[]): string {
  if (groups.length === 0) return '';
  const lines = groups.map(groupText);
  const each = nodes.map(({ nodeName, refusals }) => [
    nodeName,
    refusals.map(({ plugin, reasons }) => `${plugin}: ${reasons.join(', ')}`).join('; '),
  ]);
  return ['Refused:', ...lines, ...(each.length > 0 ? ['', table([['NODE', 'REFUSED BY'], ...each])] : [])].join('\n');
}

function groupText({ plugin, reasons, preemptionHelps, count, nodeNames }: RefusedNodes): string {
  const help = preemptionHelps ? 'evicting other Pods could help' : 'evicting other Pods would not help';
  const names = `${nodeNames.join(', ')}${count > nodeNames.length ? ', …' : ''}`;
  return `  ${nodesText(count)}: ${reasons.join(', ')} (${plugin}; ${help}): ${names}`;
}
