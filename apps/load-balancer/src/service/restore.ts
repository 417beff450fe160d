import type { Service } from '@kubernats/api';
import { keyOf } from '@kubernats/client';
import type { AddressPool } from '../addresses/address-pool.ts';
import { addressesIn, isServedByUs } from './claims.ts';

const bornAt = ({ metadata }: Service): string => metadata?.creationTimestamp ?? '';

/**
 * Takes the addresses that Services have from an earlier life of this program, so that nobody's changes. Of two Services that claim one address
 * the older one has it.
 */
export function restore(services: Iterable<Service>, pool: AddressPool): void {
  const ours = [...services].filter(isServedByUs).sort((a, b) => (bornAt(a) < bornAt(b) ? -1 : 1));
  for (const service of ours) {
    const address = addressesIn(service).find((ip) => pool.contains(ip) && pool.holderOf(ip) === undefined);
    if (address !== undefined) pool.take(address, keyOf(service));
  }
}
