import type { Node } from '@kubernats/api';
import { isCidr } from '../cidr.ts';
import type { HostRoute } from './host-routes.ts';

/**
 * The routes to a node's Pods, as the machine `self` needs them: its own range is local to it, and those of others lie behind their nodes. A
 * machine that is no node has no `self`. None yet: a node without a range, or one that has not told its address.
 */
export function nodeRoutes({ metadata, spec, status }: Node, self: string | undefined): HostRoute[] {
  const cidrs = (spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : [])).filter(isCidr);
  if (metadata?.name === self) return cidrs.map((cidr) => ({ cidr, to: 'local' }));
  const via = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  return via === undefined ? [] : cidrs.map((cidr) => ({ cidr, via }));
}
