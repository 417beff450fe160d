import { type AddressPlan, addressPlan } from '@kubernats/net';

/** Where a cluster of this machine lives. */
export interface Site {
  /** Where its API server and its NATS server listen. */
  host: string;
  plan: AddressPlan;
  /** Whether others reach it: then this machine is one node, connections to NATS are encrypted, and machines may join. */
  isShared: boolean;
}

export const siteOf = (address: string | undefined, slot: number): Site =>
  address === undefined
    ? { host: '127.0.0.1', plan: addressPlan('loopback', slot), isShared: false }
    : { host: address, plan: addressPlan('anyip'), isShared: true };
