import type { DomainTally } from '../../snapshot/domain-tally.ts';
import { NO_DOMAIN } from '../../snapshot/topology.ts';
import { HOSTNAME } from './defaults.ts';

/** A constraint that is kept where that is possible. */
export interface Preference {
  topologyKey: string;
  maxSkew: number;
  tally: DomainTally;
}

/** The raw amount of a node that lacks the label of a topology: it takes no part. */
const IGNORED = -1;

/**
 * How crowded nodes are, for each of `places`; less is better. `columns`: for each preference the number of the node's domain, by place. With `needsAll` a node
 * must have the labels of all topologies. Topologies of few domains have many Pods in each, and those of many few: they are weighted to count alike.
 */
export function crowding(
  preferences: readonly Preference[],
  columns: readonly Int32Array[],
  places: Int32Array,
  { needsAll, amounts }: { needsAll: boolean; amounts: Float64Array },
): void {
  amounts.fill(0);
  let ignored = 0;
  if (needsAll) {
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      if (!columns.some((column) => column[place] === NO_DOMAIN)) continue;
      amounts[i] = IGNORED;
      ignored++;
    }
  }
  for (const [index, { topologyKey, maxSkew, tally }] of preferences.entries()) {
    const column = columns[index] ?? places;
    const size = topologyKey === HOSTNAME ? places.length - ignored : domainsAt(column, places, amounts, tally.topology.nodes.length);
    const weight = Math.log(size + 2);
    const { podsByDomain } = tally;
    for (let i = 0; i < places.length; i++) {
      const domain = column[places[i] ?? 0] ?? NO_DOMAIN;
      if (domain === NO_DOMAIN || (needsAll && amounts[i] === IGNORED)) continue;
      // The larger the skew may be, the less do differences tell.
      amounts[i] = (amounts[i] ?? 0) + (podsByDomain[domain] ?? 0) * weight + (maxSkew - 1);
    }
  }
  for (let i = 0; i < amounts.length; i++) amounts[i] = Math.round(amounts[i] ?? 0);
}

/** In how many domains the nodes are that take part; those without the label are one together. */
function domainsAt(column: Int32Array, places: Int32Array, amounts: Float64Array, most: number): number {
  const seen = new Uint8Array(most + 1);
  let count = 0;
  for (let i = 0; i < places.length; i++) {
    if (amounts[i] === IGNORED) continue;
    const domain = (column[places[i] ?? 0] ?? NO_DOMAIN) + 1;
    if (seen[domain]) continue;
    seen[domain] = 1;
    count++;
  }
  return count;
}

/** The least crowded gets the most, 100 when nobody is anywhere; who takes no part gets nothing. In place. */
export function normalizeCrowding(amounts: Float64Array): void {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const amount of amounts) {
    if (amount === IGNORED) continue;
    if (amount < least) least = amount;
    if (amount > most) most = amount;
  }
  for (let i = 0; i < amounts.length; i++) {
    const amount = amounts[i] ?? 0;
    if (amount === IGNORED) amounts[i] = 0;
    else amounts[i] = most === 0 ? 100 : Math.floor((100 * (most + least - amount)) / most);
  }
}
