import type { DnsRecord } from '@kubernats/dns';

const isAddress = ({ type }: DnsRecord): boolean => type === 'A' || type === 'AAAA';

/** Puts another address first each time, as most clients take the first; aliases stay before what they lead to. */
export function rotateAddresses(records: readonly DnsRecord[], turn: number): DnsRecord[] {
  const addresses = records.filter(isAddress);
  const others = records.filter((record) => !isAddress(record));
  if (addresses.length < 2) return [...records];
  const first = turn % addresses.length;
  return [...others, ...addresses.slice(first), ...addresses.slice(0, first)];
}
