import type { NodeResourcesFitArgs } from '../config/args.ts';
import type { ClusterView, Plugin, Refusal } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { noResources, type Resources } from '../snapshot/resources.ts';
import { leastAllocatedOfAll, resourceScore } from './scoring-strategies.ts';

/**
 * What the Pod requests must be free: what the node can allocate, less what its Pods requested (not what they use). Which of the nodes where it is are
 * preferred, the strategy says: by default those with the larger share left (P7).
 */
export function nodeResourcesFit({ ignoredResources, ignoredResourceGroups, scoringStrategy }: NodeResourcesFitArgs): Plugin {
  const names = new Set(ignoredResources);
  const groups = new Set(ignoredResourceGroups);
  const isIgnored = (name: string): boolean => names.has(name) || groups.has(name.split('/')[0] ?? '');
  const looked = names.size + groups.size === 0 ? (requests: Resources) => requests : (requests: Resources) => without(requests, isIgnored);
  const score = resourceScore(scoringStrategy);
  const scoreAll = leastAllocatedOfAll(scoringStrategy);
  return {
    name: 'NodeResourcesFit',
    looksAt: 'node',
    preFilter: ({ requests }) => ({ state: looked(requests) }),
    filter: (requests, _info, node) => (fits(requests, node) ? undefined : whyNot(requests, node)),
    filterAll: (requests, _info, cluster, open) => closeFull(open, requests, cluster),
    score: (_state, { scoreRequests }, node) => score(scoreRequests, node),
    ...(scoreAll && {
      scoreAll: (_state, { scoreRequests }, { columns }, places, amounts) => scoreAll(scoreRequests, columns, places, amounts),
    }),
  } satisfies Plugin<Resources> as Plugin;
}

/** The requests less extended resources that are somebody else's matter. */
function without(requests: Resources, isIgnored: (name: string) => boolean): Resources {
  if (requests.other.size === 0) return requests;
  return { ...requests, other: new Map([...requests.other].filter(([name]) => !(name.includes('/') && isIgnored(name)))) };
}

/** What `fits` says, of all nodes. */
function closeFull(open: Uint8Array, requests: Resources, { columns, nodes }: ClusterView): void {
  const { cpuMilli, memoryBytes, ephemeralStorageBytes, other } = requests;
  const { allocatableCpu, requestedCpu, memoryLeft: memoriesLeft, podsLeft } = columns;
  const needsMore = ephemeralStorageBytes > 0 || other.size > 0;
  for (let place = 0; place < open.length; place++) {
    const cpuLeft = (allocatableCpu[place] ?? 0) - (requestedCpu[place] ?? 0);
    const memoryLeft = memoriesLeft[place] ?? 0;
    const isFull = (podsLeft[place] ?? 0) < 1 || (cpuMilli > 0 && cpuMilli > cpuLeft) || (memoryBytes > 0 && memoryBytes > memoryLeft);
    const node = needsMore && open[place] && !isFull ? nodes[place] : undefined;
    if (isFull || (node && !fits(requests, node))) open[place] = 0;
  }
}

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
