import type { Service } from '@kubernats/api';
import { keyOf } from '@kubernats/client';
import type { PoolView } from '../addresses/address-pool.ts';
import { needsCleanup, wantsLoadBalancer } from './claims.ts';

/** What is to become of a Service. */
export type Decision =
  /** It has nothing from here and is to get nothing. */
  | { do: 'ignore' }
  /** What it has is taken back. */
  | { do: 'release' }
  /** It cannot have what it asks for, and goes on with `address` if it has one. */
  | { do: 'refuse'; why: string; address: string | undefined }
  /** It has, or gets, this address. */
  | { do: 'ensure'; address: string };

/** Decides on a Service: pure. An address that it has is kept, unless it asks for another one that it can have. */
export function decide(service: Service, pool: PoolView): Decision {
  if (needsCleanup(service)) return { do: 'release' };
  if (!wantsLoadBalancer(service)) return { do: 'ignore' };
  const address = pool.addressOf(keyOf(service));
  const asked = service.spec?.loadBalancerIP;
  const wanted = asked || (address ?? pool.free());
  if (wanted === undefined) return { do: 'refuse', why: `no address is free in the pool ${pool.cidr}`, address };
  const why = asked && asked !== address ? whyNot(asked, pool) : undefined;
  return why === undefined ? { do: 'ensure', address: wanted } : { do: 'refuse', why, address };
}

function whyNot(asked: string, pool: PoolView): string | undefined {
  if (!pool.contains(asked)) return `requested address ${asked} is not in the pool ${pool.cidr}`;
  const holder = pool.holderOf(asked);
  return holder === undefined ? undefined : `requested address ${asked} is already in use by service ${holder}`;
}
