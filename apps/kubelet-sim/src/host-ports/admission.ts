import { type HostPort, hostPortsClash, hostPortsOf, isTerminal, type Pod } from '@kubernats/api';
import { isRejected, type PodRecord } from '../pod/record.ts';

/** The ports of its node that a Pod has: until nothing of it is left, or the API no longer knows it. */
export function heldHostPorts(pod: Pod, record: PodRecord): HostPort[] {
  const isOver = record.tornDown || record.gone || isTerminal(pod);
  return isOver || isRejected(record) ? [] : hostPortsOf(pod);
}

/**
 * What a node says to a new Pod that wants a port of it that another Pod has; undefined: it may come. It happens to Pods that name their node
 * themselves: the scheduler finds another one. Source: the kubelet's predicates.
 */
export function refusedForHostPorts(pod: Pod, taken: () => readonly HostPort[]): { reason: string; message: string } | undefined {
  const wanted = hostPortsOf(pod);
  if (wanted.length === 0) return undefined;
  const others = taken();
  if (!wanted.some((port) => others.some((other) => hostPortsClash(port, other)))) return undefined;
  return { reason: 'NodePorts', message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports" };
}
