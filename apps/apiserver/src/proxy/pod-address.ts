import type { Node, Pod } from '@kubernats/api';
import { cidrContains, isIp, parseCidr } from '@kubernats/net';

/**
 * Whether the proxy may dial this address of a Pod. Never what is local to the machine, or no address of one peer: nobody may write such
 * an address into a status and have the API server speak to its own host. On the loopback network Pods live in 127.0.0.0/8 themselves:
 * there the Pod's node has to have the address, in its range of Pods or as its own.
 */
export function isPodAddress(ip: string, node: Node | undefined): boolean {
  if (!isIp(ip)) return false;
  return isGlobalUnicast(ip) || (cidrContains(LOOPBACK, ip) && isOfNode(ip, node));
}

/** Every address that a Pod says it has. */
export function addressesOf({ status }: Pod): string[] {
  const all = (status?.podIPs ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return all.length === 0 && status?.podIP ? [status.podIP] : all;
}

const LOOPBACK = parseCidr('127.0.0.0/8');
const NOT_GLOBAL = [LOOPBACK, ...['169.254.0.0/16', '224.0.0.0/4', '0.0.0.0/32', '255.255.255.255/32'].map((range) => parseCidr(range))];

const isGlobalUnicast = (ip: string): boolean => !NOT_GLOBAL.some((range) => cidrContains(range, ip));

function isOfNode(ip: string, node: Node | undefined): boolean {
  if (node?.status?.addresses?.some(({ type, address }) => type === 'InternalIP' && address === ip)) return true;
  return node?.spec?.podCIDRs?.some((range) => cidrContains(range, ip)) ?? false;
}
