import type { DomainTally } from '../../snapshot/domain-tally.ts';
import type { SpreadConstraint } from './constraints.ts';

/** The fewest Pods that any domain has. */
interface Fewest {
  pods: number;
  /** How many domains have so few. */
  domains: number;
  /** The fewest Pods that any other domain has. */
  next: number;
  /** How many domains there are. */
  ofDomains: number;
}

/** A constraint that must be kept, and how things are. */
export interface Skew {
  constraint: SpreadConstraint;
  tally: DomainTally;
  /** 1: the Pod that looks for a node will count itself. */
  self: 0 | 1;
  fewest: Fewest;
  /** One domain where there are so many Pods more than the tally says, to try what would be. */
  change?: { domain: number; pods: number };
}

/** Looks at every domain once. */
export function skewOf(constraint: SpreadConstraint, tally: DomainTally, self: 0 | 1): Skew {
  const { podsByDomain, nodesByDomain } = tally;
  const fewest: Fewest = { pods: Number.POSITIVE_INFINITY, domains: 0, next: Number.POSITIVE_INFINITY, ofDomains: 0 };
  for (let domain = 0; domain < nodesByDomain.length; domain++) {
    if (!nodesByDomain[domain]) continue;
    fewest.ofDomains++;
    const pods = podsByDomain[domain] ?? 0;
    if (pods === fewest.pods) fewest.domains++;
    else if (pods < fewest.pods) {
      fewest.next = fewest.pods;
      fewest.pods = pods;
      fewest.domains = 1;
    } else if (pods < fewest.next) fewest.next = pods;
  }
  return { constraint, tally, self, fewest };
}

/** How things would be with one Pod more (or, with -1, less) in the domain. */
export const changed = (skew: Skew, domain: number, by: 1 | -1): Skew => ({
  ...skew,
  change: { domain, pods: (skew.change?.pods ?? 0) + by },
});

/** How many Pods there are in a domain. */
export const podsIn = ({ tally, change }: Skew, domain: number): number =>
  (tally.podsByDomain[domain] ?? 0) + (change?.domain === domain ? change.pods : 0);

/** How many Pods a domain may have for the Pod to come as well: then what it has is not more than `maxSkew` above the domain that has the fewest. */
export function mostIn(skew: Skew): number {
  const { constraint, self, fewest } = skew;
  const floor = fewest.ofDomains < constraint.minDomains ? 0 : fewestNow(skew);
  return floor + constraint.maxSkew - self;
}

function fewestNow(skew: Skew): number {
  const { tally, fewest, change } = skew;
  if (!change) return fewest.pods;
  const wasAlone = fewest.domains === 1 && tally.podsByDomain[change.domain] === fewest.pods;
  return Math.min(wasAlone ? fewest.next : fewest.pods, podsIn(skew, change.domain));
}
