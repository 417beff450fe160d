import type { NodeFill, TriedWorkload, WhatIf } from '@kubernats/explain';
import { table } from '../commands/table.ts';
import { bytesText, coresText, countText, shareText } from './amounts.ts';

/** So many nodes of one workload are named, and so many are listed at the end. */
const NODES_NAMED = 10;
const NODES_LISTED = 20;

/** What would become of a manifest, for people. `all`: every node, not only the first. */
export function whatIfText({ workloads, nodes, notes }: WhatIf, all: boolean): string {
  const parts = [
    notes.map((note) => `Note: ${note}.`).join('\n'),
    workloads.map((one) => workloadText(one, all)).join('\n'),
    fills(nodes, all),
  ];
  return parts.filter((part) => part !== '').join('\n\n') || 'Nothing in it makes a Pod.';
}

function workloadText({ name, wanted, placed, pending, victims }: TriedWorkload, all: boolean): string {
  const there = placed.reduce((sum, { count }) => sum + count, 0);
  const nodes = [...placed].sort((a, b) => b.count - a.count || (a.nodeName < b.nodeName ? -1 : 1));
  const named = nodes
    .slice(0, all ? undefined : NODES_NAMED)
    .map(({ nodeName, count }) => (wanted === 1 ? nodeName : `${nodeName} ${countText(count)}`));
  const rest = nodes.length - named.length;
  const where = named.length === 0 ? '' : `: ${named.join(', ')}${rest > 0 ? `, … on ${countText(rest)} more nodes` : ''}`;
  const waits = pending.map(({ message, count }) => `  ${countText(count)} Pending: ${message}`);
  const evicted = victims.length === 0 ? [] : [`  evicted: ${victims.map(({ pod, nodeName }) => `${pod} from ${nodeName}`).join(', ')}`];
  return [`${name}: ${countText(there)} of ${countText(wanted)} placed${where}`, ...waits, ...evicted].join('\n');
}

function fills(nodes: readonly NodeFill[], all: boolean): string {
  if (nodes.length === 0) return '';
  const shown = all ? nodes : nodes.slice(0, NODES_LISTED);
  const rows = shown.map(({ nodeName, added, placed, pods, cpuMilli, memoryBytes }) => [
    `${nodeName}${added ? ' (new)' : ''}`,
    `+${countText(placed)}`,
    `${countText(pods.requested)}/${countText(pods.allocatable)}`,
    `${coresText(cpuMilli.requested)}/${coresText(cpuMilli.allocatable)} (${shareText(cpuMilli)})`,
    `${bytesText(memoryBytes.requested)}/${bytesText(memoryBytes.allocatable)} (${shareText(memoryBytes)})`,
  ]);
  const more = nodes.length - shown.length;
  return `${table([['NODE', 'PLACED', 'PODS', 'CPU REQUESTED', 'MEMORY REQUESTED'], ...rows])}${more > 0 ? `\n… ${countText(more)} more nodes (--all)` : ''}`;
}
