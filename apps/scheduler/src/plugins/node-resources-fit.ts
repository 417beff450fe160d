import type { Plugin, Refusal } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { noResources, type Resources } from '../snapshot/resources.ts';
import { leastAllocated } from './scoring-strategies.ts';

/**
 * What the Pod requests must be free: what the node can allocate, less what its Pods requested (not what they use). Among the nodes where it is, those
 * with the larger share left are preferred (P7).
 */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  looksAt: 'node',
  filter: (_state, { requests }, node) => (fits(requests, node) ? undefined : whyNot(requests, node)),
  score: (_state, { scoreRequests }, node) => leastAllocated(scoreRequests, node),
};

function fits({ cpuMilli, memoryBytes, ephemeralStorageBytes, other }: Resources, node: NodeInfo): boolean {
  const { allocatable, requested } = node;
  return (
    node.podCount < node.allocatablePods &&
    (cpuMilli === 0 || cpuMilli <= allocatable.cpuMilli - requested.cpuMilli) &&
    (memoryBytes === 0 || memoryBytes <= allocatable.memoryBytes - requested.memoryBytes) &&
    (ephemeralStorageBytes === 0 || ephemeralStorageBytes <= allocatable.ephemeralStorageBytes - requested.ephemeralStorageBytes) &&
    (other.size === 0 || whyNot({ ...noResources(), other }, node) === undefined)
  );
}

/** Everything that is missing, not only the first. */
function whyNot(requests: Resources, { allocatable, allocatablePods, requested, podCount }: NodeInfo): Refusal | undefined {
  let refusal: Refusal | undefined;
  const refuse = (reason: string, hopeless: boolean): void => {
    refusal ??= { reasons: [], unresolvable: false };
    refusal.reasons.push(reason);
    if (hopeless) refusal.unresolvable = true;
  };
  const fit = (name: string, wanted: number, total: number, taken: number): void => {
    if (wanted > 0 && wanted > total - taken) refuse(`Insufficient ${name}`, wanted > total);
  };
  if (podCount + 1 > allocatablePods) refuse('Too many pods', false);
  fit('cpu', requests.cpuMilli, allocatable.cpuMilli, requested.cpuMilli);
  fit('memory', requests.memoryBytes, allocatable.memoryBytes, requested.memoryBytes);
  fit('ephemeral-storage', requests.ephemeralStorageBytes, allocatable.ephemeralStorageBytes, requested.ephemeralStorageBytes);
  for (const [name, amount] of requests.other) fit(name, amount, allocatable.other.get(name) ?? 0, requested.other.get(name) ?? 0);
  return refusal;
}
