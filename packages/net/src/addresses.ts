import { cidrAddress } from './cidr.ts';
import type { Address } from './port.ts';

export type NetworkKind = 'loopback' | 'anyip' | 'virtual';

/** How many clusters can share one machine's 127.0.0.0/8. */
export const SLOT_COUNT = 8;

/** Where everything of a cluster lives: DESIGN.md section 6, as values. */
export interface AddressPlan {
  readonly kind: NetworkKind;
  readonly slot: number;
  /** Node K has address number K of it. */
  readonly nodeCidr: string;
  readonly serviceCidr: string;
  readonly podCidr: string;
  /** The prefix length of one node's part of `podCidr`. */
  readonly nodePodBits: number;
  readonly loadBalancerCidr: string;
  /** The cluster IP of the `kubernetes` Service in `default`: the first of the Service range. */
  readonly kubernetesServiceIp: string;
  /** The cluster IP of the cluster's DNS: the tenth, as everywhere. */
  readonly dnsServiceIp: string;
  /** Where an API server of the plan listens by default. */
  readonly apiServer: Address;
}

/** The plan of a network and slot. `slot` (0–7) counts for `loopback` only; another network is a machine of its own. */
export function addressPlan(kind: NetworkKind, slot = 0): AddressPlan {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOT_COUNT) throw new RangeError(`slot must be 0 to ${SLOT_COUNT - 1}, not ${slot}`);
  const ranges =
    kind === 'loopback'
      ? {
          nodeCidr: `127.${10 + slot}.0.0/16`,
          serviceCidr: `127.${96 + slot}.0.0/16`,
          podCidr: `127.${128 + 8 * slot}.0.0/13`,
          loadBalancerCidr: `127.${200 + slot}.0.0/16`,
          apiServer: { host: '127.0.0.1', port: 6443 + slot },
        }
      : {
          nodeCidr: '172.30.0.0/16',
          serviceCidr: '10.96.0.0/16',
          podCidr: '10.244.0.0/16',
          loadBalancerCidr: '172.31.0.0/16',
          apiServer: { host: '172.30.255.1', port: 6443 },
        };
  return {
    kind,
    slot,
    ...ranges,
    nodePodBits: 24,
    kubernetesServiceIp: cidrAddress(ranges.serviceCidr, 1),
    dnsServiceIp: cidrAddress(ranges.serviceCidr, 10),
  };
}

/** The address of node K; K counts from 1. */
export function nodeAddress(plan: AddressPlan, k: number): string {
  return cidrAddress(plan.nodeCidr, k);
}
