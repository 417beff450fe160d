import type { Node } from '@kubernats/api';
import { isCidr } from '../cidr.ts';
import type { HostRoute } from './host-routes.ts';

/** A Node and an address of its machine. */
export interface Self {
  name: string;
  address: string;
}

/**
 * The routes to a node's Pods, as the machine `self` needs them: its own range is local to it, and those of others lie behind their nodes. A
 * machine that is no node has no `self`. None yet: a node without a range, or one that has not told its address.
 */
export function nodeRoutes({ metadata, spec, status }: Node, self: Self | undefined): HostRoute[] {
  const cidrs = (spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : [])).filter(isCidr);
  if (self && metadata?.name === self.name) return cidrs.map((cidr) => ({ cidr, to: 'local', source: self.address }));
  const via = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  return via === undefined ? [] : cidrs.map((cidr) => ({ cidr, via }));
}
