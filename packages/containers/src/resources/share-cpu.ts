/** What one container wants of its node's CPU. All in millicores. */
export interface CpuClaim {
  /** What it would use if nothing held it back. */
  demand: number;
  request: number;
  /** The most that it may have now; undefined: no limit, or its quota is not used up yet. */
  limit?: number;
}

/**
 * What happens to a container that wants more than its limit: it gets the limit, as in Kubernetes, or only its request, until it
 * wants less.
 */
export type CpuThrottle = 'limit' | 'request';

/** The smallest weight that the kernel takes, and the least CPU that a throttled container keeps. */
const LEAST = 2;

/** A request as the kernel's weight. Source: Kubernetes, "How Pods with resource limits are run": cpu.shares. */
export const cpuSharesOf = (requestMillicores: number): number => Math.max(LEAST, Math.floor((requestMillicores * 1024) / 1000));

/**
 * What each container gets, in the order of the claims. Nobody gets more than it wants or than its limit. Where the node has too little
 * for all, each gets what it asked for in its request first, and the rest goes by weight; what one leaves over, others use.
 * Source: Kubernetes, "Resource Management for Pods and Containers".
 */
export function shareCpu(capacity: number, claims: readonly CpuClaim[], throttle: CpuThrottle = 'limit'): number[] {
  const wanted = claims.map((claim) => wantedBy(claim, throttle));
  if (sum(wanted) <= capacity) return wanted;
  const weights = claims.map(({ request }) => cpuSharesOf(request));
  const requested = claims.map(({ request }, i) => Math.min(request, wanted[i] ?? 0));
  const left = capacity - sum(requested);
  if (left <= 0) return fill(capacity, requested, weights);
  const more = fill(
    left,
    wanted.map((want, i) => want - (requested[i] ?? 0)),
    weights,
  );
  return requested.map((request, i) => request + (more[i] ?? 0));
}

function wantedBy({ demand, request, limit = Infinity }: CpuClaim, throttle: CpuThrottle): number {
  if (demand <= limit) return demand;
  return throttle === 'limit' ? limit : Math.min(limit, Math.max(request, LEAST));
}

/** Gives out `amount` by weight, to nobody more than it wants. */
function fill(amount: number, wants: readonly number[], weights: readonly number[]): number[] {
  const weightOf = (i: number): number => weights[i] ?? LEAST;
  const wantOf = (i: number): number => wants[i] ?? 0;
  const bySatisfaction = wants.map((_, i) => i).sort((a, b) => wantOf(a) / weightOf(a) - wantOf(b) / weightOf(b));
  const given = wants.map(() => 0);
  let left = amount;
  let weightLeft = sum(weights);
  for (const i of bySatisfaction) {
    const share = Math.min(wantOf(i), (left * weightOf(i)) / weightLeft);
    given[i] = share;
    left -= share;
    weightLeft -= weightOf(i);
  }
  return given;
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
