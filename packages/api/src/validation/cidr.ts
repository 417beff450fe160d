// Ranges of addresses, of both families. Addresses are numbers here, so that one range can be looked for in another.
import { type FieldPath, goQuote, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { isCidr, isIPv4 } from './basics.ts';

export interface Cidr {
  family: 'IPv4' | 'IPv6';
  /** The first address of the range. */
  base: bigint;
  prefix: number;
}

/** The range that a text such as `10.0.0.0/8` stands for; undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  if (!isCidr(text)) return undefined;
  const [address = '', bits] = text.split('/');
  const family = isIPv4(address) ? 'IPv4' : 'IPv6';
  const prefix = Number(bits);
  const hostBits = BigInt((family === 'IPv4' ? 32 : 128) - prefix);
  return { family, prefix, base: (addressNumber(address) >> hostBits) << hostBits };
}

/** Whether all of `inner` is in `outer`, and more is. */
export function isStrictSubset(inner: Cidr, outer: Cidr): boolean {
  if (inner.family !== outer.family || inner.prefix <= outer.prefix) return false;
  const hostBits = BigInt((outer.family === 'IPv4' ? 32 : 128) - outer.prefix);
  return inner.base >> hostBits === outer.base >> hostBits;
}

/** A valid address as a number. */
export function addressNumber(address: string): bigint {
  if (isIPv4(address)) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  return groupsOf(address).reduce((sum, group) => sum * 65_536n + BigInt(group), 0n);
}

/** The one form of a valid address that is written everywhere. Source: RFC 5952. */
export function canonicalAddress(address: string): string {
  if (isIPv4(address)) return address;
  const groups = groupsOf(address).map((group) => group.toString(16));
  const run = longestZeros(groups);
  if (run.length < 2) return groups.join(':');
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`;
}

function groupsOf(address: string): number[] {
  const last = /[^:]*$/.exec(address)?.[0] ?? '';
  const plain = isIPv4(last) ? address.slice(0, -last.length) + hexOf(last) : address;
  const [head = '', tail] = plain.split('::');
  const parts = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [parts(head), parts(tail ?? '')];
  const zeros = Array<string>(tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

/** The last 32 bits of an address, written as IPv4 writes them, as two groups. */
function hexOf(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** A range, in whatever form. */
export function checkCidr(text: string, path: FieldPath, out: Cause[]): void {
  if (!isCidr(text)) out.push(invalidValue(path, text, NO_CIDR));
}

/** A range in the one form that is compared: the first address of the range, canonically written. */
export function checkCanonicalCidr(text: string, path: FieldPath, out: Cause[]): void {
  const cidr = parseCidr(text);
  if (!cidr) {
    out.push(invalidValue(path, text, NO_CIDR));
    return;
  }
  const [address = ''] = text.split('/');
  if (addressNumber(address) !== cidr.base) {
    out.push(invalidValue(path, text, 'must not have bits set beyond the prefix length'));
  } else if (text !== `${canonicalAddress(address)}/${cidr.prefix}`) {
    out.push(invalidValue(path, text, `must be in canonical form (${goQuote(`${canonicalAddress(address)}/${cidr.prefix}`)})`));
  }
}
