import { isIp } from '@kubernats/net';

const SUFFIX = '.in-addr.arpa';

/** The name under which an IPv4 address has its PTR record: `10.0.96.10` → `10.96.0.10.in-addr.arpa`. */
export function reverseName(ip: string): string {
  return `${ip.split('.').reverse().join('.')}${SUFFIX}`;
}

/** The address of such a name; undefined where it is none, or only the front of one. */
export function addressOfReverseName(name: string): string | undefined {
  if (!name.endsWith(SUFFIX)) return undefined;
  const ip = name.slice(0, -SUFFIX.length).split('.').reverse().join('.');
  return isIp(ip) ? ip : undefined;
}
